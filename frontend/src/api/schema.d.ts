// Made by `npm run api` from the backend's OpenAPI document. Do not edit.
export interface paths {
    "/api/annotation-imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Annotation Imports */
        get: operations["list_annotation_imports_api_annotation_imports_get"];
        put?: never;
        /**
         * Import Annotations
         * @description Queues an import of the masks in a file.
         */
        post: operations["import_annotations_api_annotation_imports_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/annotation-imports/{import_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Annotation Import */
        get: operations["get_annotation_import_api_annotation_imports__import_id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Annotation Import
         * @description Forgets an import with its report; the masks stay.
         */
        delete: operations["delete_annotation_import_api_annotation_imports__import_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/annotation-imports/{import_id}/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Import Problems
         * @description Why annotations were not imported; the first thousand.
         */
        get: operations["list_import_problems_api_annotation_imports__import_id__problems_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/annotation-imports/{import_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Annotation Import
         * @description Queues a failed import again; it goes on where it stopped.
         */
        post: operations["retry_annotation_import_api_annotation_imports__import_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/annotation-imports/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Import Targets
         * @description Batches whose images can be annotated, in the order in which they were made.
         */
        get: operations["list_import_targets_api_annotation_imports_targets_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Batches
         * @description The project's batches with what is in them, those that the queue hands out first at the beginning.
         */
        get: operations["list_batches_api_batches_get"];
        put?: never;
        /**
         * Make Batch
         * @description A new batch in the stage assisted-manual. 409 `name_taken`.
         */
        post: operations["make_batch_api_batches_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{batch_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Batch
         * @description Deletes the batch with its images and their masks. 409 `batch_in_work` while somebody works on one.
         */
        delete: operations["delete_batch_api_batches__batch_id__delete"];
        options?: never;
        head?: never;
        /**
         * Change Batch
         * @description Changes the settings that the body names.
         */
        patch: operations["change_batch_api_batches__batch_id__patch"];
        trace?: never;
    };
    "/api/batches/{batch_id}/audits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start Audit
         * @description Draws random images for people to correct their automatic masks. 409 `nothing_to_audit`.
         */
        post: operations["start_audit_api_batches__batch_id__audits_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{batch_id}/stage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Stage
         * @description The batch's stage, and how far machines are in it.
         */
        get: operations["show_stage_api_batches__batch_id__stage_get"];
        put?: never;
        /**
         * Enter Stage
         * @description Puts the batch into a stage and starts what machines do there.
         *
         *     409 `too_few_masks`, `no_model`, `batch_in_work`, `stage_running` or `not_for_work` when that cannot be.
         */
        post: operations["enter_stage_api_batches__batch_id__stage_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{batch_id}/stage/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel
         * @description Stops what machines do: what is done stays, the other images are people's.
         */
        post: operations["cancel_api_batches__batch_id__stage_cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{batch_id}/stage/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview Stage
         * @description What entering a stage now would do, and how long that takes.
         */
        get: operations["preview_stage_api_batches__batch_id__stage_preview_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{batch_id}/stage/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry
         * @description Queues what has failed again. 409 `nothing_failed`.
         */
        post: operations["retry_api_batches__batch_id__stage_retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Dashboard
         * @description Figures of a project's work: masks, time, people, models, agreement, and when it will be done.
         */
        get: operations["show_dashboard_api_dashboard_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/{chart}.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download Chart
         * @description The rows behind a chart as CSV in UTF-8, with the names of the fields at the top.
         */
        get: operations["download_chart_api_dashboard__chart__csv_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/machines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Machines
         * @description The project's jobs by queue and hour, why some failed, and how much storage all projects take.
         */
        get: operations["show_machines_api_dashboard_machines_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow Events
         * @description Events: `hello` first, then what changes in the project.
         *
         *     That is `image`, `summary`, `export`, `annotation_import`, `training_run`; and `model`.
         *
         *     Annotators are told of images that are theirs or in their queue; of one that is neither they get
         *     `image_gone`, and no `summary`, `export`, `annotation_import` and `training_run`.
         *     The stream ends within half a minute after its session, and is no use of it.
         */
        get: operations["follow_events_api_events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Exports */
        get: operations["list_exports_api_exports_get"];
        put?: never;
        /**
         * Request Export
         * @description Queues an export of the accepted masks that the filters leave in.
         */
        post: operations["request_export_api_exports_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/exports/{export_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Export
         * @description How far the export is, and where its file is when it is done.
         */
        get: operations["get_export_api_exports__export_id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Export
         * @description Deletes the export with its file; one that is being made stops.
         */
        delete: operations["delete_export_api_exports__export_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/exports/{export_id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download Export
         * @description The exported file; a `Range` of it where a download was cut off.
         */
        get: operations["download_export_api_exports__export_id__file_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/exports/{export_id}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Manifest
         * @description What is in the file, and its checksum.
         */
        get: operations["get_manifest_api_exports__export_id__manifest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/exports/{export_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Export
         * @description Queues a failed export again.
         */
        post: operations["retry_export_api_exports__export_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/exports/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview Export
         * @description What an export with these filters would hold now, and what else there is to filter by.
         */
        get: operations["preview_export_api_exports_preview_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check Health */
        get: operations["check_health_api_health_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Images
         * @description Images in the order of import: all for managers, for annotators what is theirs or in their queue.
         *
         *     What is asked of a mask has to be true of one and the same mask, accepted or proposed.
         */
        get: operations["list_images_api_images_get"];
        put?: never;
        /** Import Images */
        post: operations["import_images_api_images_post"];
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Images
         * @description Orders, assigns or moves images.
         */
        patch: operations["change_images_api_images_patch"];
        trace?: never;
    };
    "/api/images/{image_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show Image */
        get: operations["show_image_api_images__image_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept
         * @description A reviewer says that the image is done. 403 `not_your_review` for who may not review it.
         */
        post: operations["accept_api_images__image_id__accept_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/embedding": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Embedding
         * @description 409 `embedding_not_ready`.
         */
        get: operations["get_embedding_api_images__image_id__embedding_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/flag": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Flag
         * @description Takes an image out of the queue until somebody has answered the question.
         */
        post: operations["flag_api_images__image_id__flag_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/later": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put Off
         * @description Puts an image at the end of the queue.
         */
        post: operations["put_off_api_images__image_id__later_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/lease": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Take Lease
         * @description Takes or renews the sole right to work on an image, or to review it.
         *
         *     409 `image_in_use` when somebody else has it, 403 `not_yours` when it is not for this person.
         */
        put: operations["take_lease_api_images__image_id__lease_put"];
        post?: never;
        /**
         * Give Back Lease
         * @description Gives the lease back; one that somebody else has by now stays theirs.
         */
        delete: operations["give_back_lease_api_images__image_id__lease_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/masks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Masks
         * @description Accepted and proposed masks of an image, oldest first.
         */
        get: operations["list_masks_api_images__image_id__masks_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/overlay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Overlay
         * @description The masks as a transparent PNG of the thumbnail's size.
         */
        get: operations["get_overlay_api_images__image_id__overlay_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Picture */
        get: operations["get_picture_api_images__image_id__picture_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reopen
         * @description Puts an image back into the queue; one's own, or as a manager any. 403 `not_yours`.
         */
        post: operations["reopen_api_images__image_id__reopen_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry Embedding */
        post: operations["retry_embedding_api_images__image_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send Back
         * @description A reviewer gives the image back to who submitted it, with the reason.
         */
        post: operations["send_back_api_images__image_id__return_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send To Review
         * @description Has a submitted or accepted image reviewed.
         */
        post: operations["send_to_review_api_images__image_id__review_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Skip
         * @description Takes an image out of the queue, with the reason.
         */
        post: operations["skip_api_images__image_id__skip_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit
         * @description Says that the image's masks are complete. It may be drawn for review.
         */
        post: operations["submit_api_images__image_id__submit_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Thumbnail */
        get: operations["get_thumbnail_api_images__image_id__thumbnail_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{image_id}/transitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Transitions
         * @description Every decision about an image, oldest first.
         */
        get: operations["list_transitions_api_images__image_id__transitions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide On Images
         * @description Reopens, skips or accepts images, or has them reviewed.
         */
        post: operations["decide_on_images_api_images_decide_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete Images
         * @description Deletes images with their masks.
         */
        post: operations["delete_images_api_images_delete_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Invitations
         * @description Those to the project that somebody can still accept.
         */
        get: operations["list_invitations_api_invitations_get"];
        put?: never;
        /**
         * Invite
         * @description Makes an invitation into the project for one person; its token is told this once.
         */
        post: operations["invite_api_invitations_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations/{invitation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take Back Invitation
         * @description Ends an invitation that nobody has accepted.
         */
        delete: operations["take_back_invitation_api_invitations__invitation_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept Invitation
         * @description Makes an account and signs in. 404 `invitation_invalid`, 409 `name_taken`.
         */
        post: operations["accept_invitation_api_invitations_accept_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look At Invitation
         * @description What an invitation is to. 404 `invitation_invalid`.
         */
        post: operations["look_at_invitation_api_invitations_look_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Jobs
         * @description The project's jobs, those that changed last at the beginning.
         */
        get: operations["list_jobs_api_jobs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Job
         * @description Queues a failed job again. 409 `not_failed`.
         */
        post: operations["retry_job_api_jobs__job_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Overview
         * @description How many of the project's jobs wait, run, failed and were done in the last hour; and the workers.
         */
        get: operations["show_overview_api_jobs_overview_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry All
         * @description Queues every failed job of a kind in the project again, or those of one reason.
         */
        post: operations["retry_all_api_jobs_retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/masks/{mask_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Save Mask
         * @description Saves a new mask, or with `base_version` the changed content of one.
         *
         *     201 when the mask is new, 200 when it was changed or is the same already, 409 `mask_conflict` when the id
         *     holds another version than the one that the content was based on.
         */
        put: operations["save_mask_api_masks__mask_id__put"];
        post?: never;
        /**
         * Delete Mask
         * @description Takes a mask out of lists and exports; `restore` brings it back.
         */
        delete: operations["delete_mask_api_masks__mask_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/masks/{mask_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept Proposal
         * @description Takes a proposed mask as it is. 409 `not_proposed` for one that is none.
         */
        post: operations["accept_proposal_api_masks__mask_id__accept_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/masks/{mask_id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Logs
         * @description What was done to make each version of a mask, as the page sent it.
         */
        get: operations["list_logs_api_masks__mask_id__logs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/masks/{mask_id}/propose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Propose Again
         * @description Undoes an acceptance or a rejection.
         */
        post: operations["propose_again_api_masks__mask_id__propose_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/masks/{mask_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject Proposal
         * @description Takes a proposed mask out of lists and exports, and says that it is wrong.
         */
        post: operations["reject_proposal_api_masks__mask_id__reject_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/masks/{mask_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore Mask
         * @description Undoes a deletion: the mask is again what it was before, be it accepted, proposed or rejected.
         */
        post: operations["restore_mask_api_masks__mask_id__restore_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Members
         * @description Who can be given work.
         */
        get: operations["list_members_api_members_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Models
         * @description The project's models and those that all share, oldest first.
         */
        get: operations["list_models_api_models_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model_id}/decoder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Decoder
         * @description The decoder's graphs. The URL carries its digest as `v`, so that browsers may keep it for good.
         */
        get: operations["get_decoder_api_models__model_id__decoder_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model_id}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Promote
         * @description Has the project work with a model; images that its encoder has to embed go on with the old one.
         */
        post: operations["promote_api_models__model_id__promote_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model_id}/re-embedding": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Re Embedding
         * @description What the project's photos would take before all of them work with this model.
         */
        get: operations["show_re_embedding_api_models__model_id__re_embedding_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Active Model
         * @description The model that the project's new embeddings and clicks are computed with.
         */
        get: operations["get_active_model_api_models_active_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/promotions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Promotions
         * @description Every change of the model that the project works with, the newest first.
         */
        get: operations["list_promotions_api_models_promotions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/public": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Public Models
         * @description Models that can be downloaded, how far their downloads are, and what a photo would take with them.
         */
        get: operations["list_public_models_api_models_public_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/public/{name}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Public Download
         * @description Stops a download, or forgets one that has failed, and deletes what came of the file.
         */
        post: operations["cancel_public_download_api_models_public__name__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/public/{name}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Download Public Model
         * @description Queues the download of a public model, or lets the one that goes on be; a failed one goes on.
         *
         *     409 `model_name_taken`.
         */
        post: operations["download_public_model_api_models_public__name__download_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/public/{name}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Upload Public File
         * @description Takes the file of a public model from a machine that has it, where the server has no internet.
         *
         *     422 `wrong_file`, 409 `model_here` and `model_name_taken`, 507 `disk_full`.
         */
        put: operations["upload_public_file_api_models_public__name__file_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Roll Back
         * @description Has the project work with the model before its last change. 409 `nothing_to_roll_back`.
         */
        post: operations["roll_back_api_models_rollback_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/overview/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List People
         * @description Who works on what now, and what everybody did today and in the week.
         */
        get: operations["list_people_api_overview_people_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/project": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Project
         * @description Labels, rules and guidelines that all images of the project share.
         */
        get: operations["show_project_api_project_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Project
         * @description Changes what the body names. 409 `project_changed`, `label_in_use`, `project_name_taken`.
         */
        patch: operations["change_project_api_project_patch"];
        trace?: never;
    };
    "/api/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Projects
         * @description One's own projects, oldest first.
         */
        get: operations["list_projects_api_projects_get"];
        put?: never;
        /**
         * Make Project
         * @description An empty project. 409 `project_name_taken`.
         */
        post: operations["make_project_api_projects_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Project
         * @description Deletes a project with everything in it; people and models stay.
         *
         *     409 `name_differs`, `only_project`, and `batch_in_work` while somebody works on an image.
         */
        delete: operations["delete_project_api_projects__project_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Quality
         * @description How far people agree with each other, and with the automatic masks.
         */
        get: operations["show_quality_api_quality_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Queue
         * @description How much is left, and what would come next.
         */
        get: operations["show_queue_api_queue_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/queue/next": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take Next
         * @description Hands out the next image, with its lease.
         */
        post: operations["take_next_api_queue_next_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Review
         * @description How much waits for a reviewer.
         */
        get: operations["show_review_api_review_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/review/next": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take Next Review
         * @description Hands out the next image to review, with its lease.
         */
        post: operations["take_next_review_api_review_next_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Session
         * @description Who asks. 401 `not_signed_in`, 404 `project_not_found`.
         */
        get: operations["show_session_api_session_get"];
        put?: never;
        /**
         * Sign In
         * @description Signs in by name and password. 401 `wrong_password`, 429 `too_many_attempts` with `Retry-After`.
         */
        post: operations["sign_in_api_session_post"];
        /**
         * Sign Out
         * @description Ends the session that the cookie is of, if there is one.
         */
        delete: operations["sign_out_api_session_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/browsers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Browsers
         * @description Where one is signed in, those used last at the beginning.
         */
        get: operations["list_browsers_api_session_browsers_get"];
        put?: never;
        post?: never;
        /**
         * Sign Out Others
         * @description Signs one out everywhere but here.
         */
        delete: operations["sign_out_others_api_session_browsers_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/browsers/{browser_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign Out Browser
         * @description Signs one out in one browser. 404 `browser_not_found`.
         */
        delete: operations["sign_out_browser_api_session_browsers__browser_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign In By Link
         * @description Signs in by a link that works once. 401 `link_used`.
         */
        post: operations["sign_in_by_link_api_session_link_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change Password
         * @description Sets one's password and ends one's other sessions. 401 `wrong_password`, 429 `too_many_attempts`.
         */
        put: operations["change_password_api_session_password_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Tokens
         * @description One's own API tokens.
         */
        get: operations["list_tokens_api_tokens_get"];
        put?: never;
        /**
         * Make Token
         * @description Makes an API token; it is told this once.
         */
        post: operations["make_token_api_tokens_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Token
         * @description Ends one of one's own API tokens.
         */
        delete: operations["delete_token_api_tokens__token_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/outlook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Outlook
         * @description What each stage's rule would do now.
         */
        get: operations["show_outlook_api_training_outlook_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Rules
         * @description When runs start by themselves, stage by stage.
         */
        get: operations["list_rules_api_training_rules_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/rules/{stage}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set Rule
         * @description Replaces a stage's rule.
         */
        put: operations["set_rule_api_training_rules__stage__put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Runs
         * @description The project's runs, the newest first.
         */
        get: operations["list_runs_api_training_runs_get"];
        put?: never;
        /**
         * Start Run
         * @description Starts a run. 409 `training_running`, `too_few_masks`, `no_model`.
         */
        post: operations["start_run_api_training_runs_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show Run */
        get: operations["show_run_api_training_runs__run_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/runs/{run_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel
         * @description Stops a run; its last checkpoint stays. 409 `run_finished`.
         */
        post: operations["cancel_api_training_runs__run_id__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/runs/{run_id}/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Points
         * @description Loss and IoU of the run's steps so far.
         */
        get: operations["list_points_api_training_runs__run_id__points_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/runs/{run_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry
         * @description Has a failed or stopped run go on from where it was. 409 `not_failed`, `training_running`.
         */
        post: operations["retry_api_training_runs__run_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Users
         * @description Everybody, those who came first at the beginning.
         */
        get: operations["list_users_api_users_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change User
         * @description Renames, gives a role in the project, disables or enables.
         *
         *     409 `name_taken`, and `last_admin` when nobody would be left who can do this.
         */
        patch: operations["change_user_api_users__user_id__patch"];
        trace?: never;
    };
    "/api/users/{user_id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make Link
         * @description A link that signs the person in once, such as after a forgotten password; earlier ones end.
         */
        post: operations["make_link_api_users__user_id__link_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AgreementOut
         * @description Second looks, or audits: masks of people beside those of others, or beside the automatic ones.
         */
        AgreementOut: {
            /**
             * Compared
             * @description Pairs of masks.
             */
            compared: number;
            /** Histogram */
            histogram: components["schemas"]["Bin"][];
            /** @description `second_look` or `audit`. */
            kind: components["schemas"]["BatchKind"];
            /** Mean Iou */
            mean_iou: number | null;
            /**
             * Share 075
             * @description Pairs with an IoU above 0.75, of all; 0 to 1.
             */
            share_075: number | null;
            /** Share 090 */
            share_090: number | null;
        };
        /** AnnotationImportOut */
        AnnotationImportOut: {
            /** Added */
            added: number;
            /**
             * Batch Id
             * Format: uuid
             */
            batch_id: string;
            /** Batch Name */
            batch_name: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By Name */
            created_by_name: string | null;
            /** Error */
            error: string | null;
            /**
             * Files
             * @description A line a file of an archive, in its order.
             */
            files: components["schemas"]["ImportFileOut"][];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Image Count
             * @description Images that its masks are for, so far.
             */
            image_count: number;
            /**
             * Known
             * @description Masks that an import has added before.
             */
            known: number;
            mask_state: components["schemas"]["ImportedAs"];
            /**
             * Name
             * @description Of the file.
             */
            name: string;
            /**
             * Progress
             * @description 0 to 1.
             */
            progress: number | null;
            /** Refused */
            refused: number;
            state: components["schemas"]["JobState"];
        };
        /** AnnotationImportPage */
        AnnotationImportPage: {
            /**
             * Items
             * @description Newest first.
             */
            items: components["schemas"]["AnnotationImportOut"][];
            /**
             * Next
             * @description `after` of the next page; null: this is the last one.
             */
            next: string | null;
        };
        /** AnnotatorFigures */
        AnnotatorFigures: {
            /**
             * Clicks Per Mask
             * @description Clicks and boxes of the same masks' prompts, per mask.
             */
            clicks_per_mask: number | null;
            /**
             * Hours
             * @description Active time on these masks.
             */
            hours: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Images
             * @description That they submitted; each counts once.
             */
            images: number;
            /** Masks */
            masks: number;
            /**
             * Masks Per Hour
             * @description Timed masks in an hour of active time.
             */
            masks_per_hour: number | null;
            /**
             * Mean Seconds
             * @description Mean active time of masks that cost a person time; null without any.
             */
            mean_seconds: number | null;
            /**
             * Median Seconds
             * @description Of the same masks, to about 2%: interpolated within a histogram.
             */
            median_seconds: number | null;
            /** Name */
            name: string;
        };
        /** ApiTokenIn */
        ApiTokenIn: {
            /**
             * Days
             * @description How long it lasts; null: until it is deleted.
             */
            days?: number | null;
            /** Name */
            name: string;
        };
        /**
         * ApiTokenMade
         * @description `token` is told this once; programs send it as `Authorization: Bearer ...`.
         */
        ApiTokenMade: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Last Used At */
            last_used_at: string | null;
            /** Name */
            name: string;
            /** Token */
            token: string;
        };
        /** ApiTokenOut */
        ApiTokenOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Last Used At */
            last_used_at: string | null;
            /** Name */
            name: string;
        };
        /** AuditIn */
        AuditIn: {
            /**
             * Images
             * @default 500
             */
            images?: number;
        };
        /**
         * BatchChange
         * @description What is left out stays as it is.
         */
        BatchChange: {
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Peer Review
             * @default false
             */
            peer_review?: boolean;
            /**
             * Priority
             * @description The queue hands out higher ones first.
             * @default 0
             */
            priority?: number;
            /**
             * Review Share
             * @default 0
             */
            review_share?: number;
            /**
             * Second Share
             * @default 0
             */
            second_share?: number;
        };
        /** BatchIn */
        BatchIn: {
            /** Name */
            name: string;
            /**
             * Peer Review
             * @description Annotators, too, review what others submitted.
             * @default false
             */
            peer_review?: boolean;
            /**
             * Priority
             * @description The queue hands out higher ones first.
             * @default 0
             */
            priority?: number;
            /**
             * Review Share
             * @description Of submitted images that go to review.
             * @default 0
             */
            review_share?: number;
            /**
             * Second Share
             * @description Of submitted images that a second person annotates without seeing the masks.
             * @default 0
             */
            second_share?: number;
        };
        /**
         * BatchKind
         * @description What the images of a batch are for. Only those of work are counted and exported.
         * @enum {string}
         */
        BatchKind: "work" | "second_look" | "audit";
        /** BatchOfImage */
        BatchOfImage: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["BatchKind"];
            /** Name */
            name: string;
            stage: components["schemas"]["Stage"];
        };
        /** BatchOut */
        BatchOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            images: components["schemas"]["ImageCounts"];
            kind: components["schemas"]["BatchKind"];
            /**
             * Masks
             * @description Accepted masks.
             */
            masks: number;
            /**
             * Masks Per Image
             * @description On images that are submitted, in review or done.
             */
            masks_per_image: number | null;
            /** Name */
            name: string;
            /** Parent Id */
            parent_id: string | null;
            /** Peer Review */
            peer_review: boolean;
            /** Priority */
            priority: number;
            /**
             * Proposals
             * @description Proposed masks that nobody has looked at yet.
             */
            proposals: number;
            /** Review Share */
            review_share: number;
            /** Second Share */
            second_share: number;
            /**
             * Seconds Left
             * @description Active time that the images to do will take at this pace; null while it is not known.
             */
            seconds_left: number | null;
            /**
             * Seconds Per Mask
             * @description Mean active time of those.
             */
            seconds_per_mask: number | null;
            stage: components["schemas"]["Stage"];
            /**
             * Timed Masks
             * @description Accepted masks that have cost people time.
             */
            timed_masks: number;
        };
        /**
         * Bin
         * @description How many pairs have an IoU from `from` to below `to`; the last bin has 1 in it.
         */
        Bin: {
            /** From */
            from: number;
            /** Masks */
            masks: number;
            /** To */
            to: number;
        };
        /** Body_import_annotations_api_annotation_imports_post */
        Body_import_annotations_api_annotation_imports_post: {
            /**
             * Batch Id
             * Format: uuid
             * @description Batch whose images are annotated.
             */
            batch_id: string;
            /**
             * File
             * @description A COCO file, or a zip archive: docs/formats.md.
             */
            file: string;
            /**
             * @description Of the masks.
             * @default proposed
             */
            mask_state?: components["schemas"]["ImportedAs"];
        };
        /** Body_import_images_api_images_post */
        Body_import_images_api_images_post: {
            /**
             * Files
             * @description Images, and zip archives of images.
             */
            files: string[];
        };
        /**
         * BrowserOut
         * @description A browser in which the person is signed in.
         */
        BrowserOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Id */
            id: string;
            /**
             * Is This One
             * @description Whether it is the one that asks.
             */
            is_this_one: boolean;
            /**
             * Last Used At
             * Format: date-time
             */
            last_used_at: string;
            /**
             * User Agent
             * @description What it calls itself; null: it was not used since.
             */
            user_agent: string | null;
        };
        /**
         * Chart
         * @description What can be had as CSV.
         * @enum {string}
         */
        Chart: "stages" | "days" | "sources" | "models" | "annotators" | "agreement" | "promotions" | "hours" | "failures" | "storage";
        /** Choice */
        Choice: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * ChoicesOut
         * @description What can be filtered by, whatever is filtered by now.
         */
        ChoicesOut: {
            /**
             * Authors
             * @description Who has made masks.
             */
            authors: components["schemas"]["Choice"][];
            /** Batches */
            batches: components["schemas"]["Choice"][];
            /**
             * First Day
             * @description Of any accepted mask, in UTC; null without any.
             */
            first_day: string | null;
            /** Last Day */
            last_day: string | null;
            /**
             * Models
             * @description Under which masks were made.
             */
            models: components["schemas"]["Choice"][];
        };
        /** DashboardOut */
        DashboardOut: {
            /**
             * Agreement
             * @description Second looks and audits.
             */
            agreement: components["schemas"]["AgreementOut"][];
            /**
             * Annotators
             * @description By name.
             */
            annotators: components["schemas"]["AnnotatorFigures"][];
            choices: components["schemas"]["ChoicesOut"];
            /**
             * Days
             * @description Those that have anything, in order.
             */
            days: components["schemas"]["DayFigures"][];
            forecast: components["schemas"]["ForecastOut"];
            /**
             * Models
             * @description By first promotion, else by when they came.
             */
            models: components["schemas"]["ModelFigures"][];
            /**
             * Promotions
             * @description In order.
             */
            promotions: components["schemas"]["PromotionFigures"][];
            /**
             * Sources
             * @description Those with any masks, the most frequent first.
             */
            sources: components["schemas"]["SourceFigures"][];
            /** Stages */
            stages: components["schemas"]["StageFigures"][];
            totals: components["schemas"]["TotalFigures"];
        };
        /**
         * DayFigures
         * @description By the UTC day on which masks were accepted first, and images submitted last.
         */
        DayFigures: {
            /**
             * Clicks Per Mask
             * @description Clicks and boxes of the same masks' prompts, per mask.
             */
            clicks_per_mask: number | null;
            /**
             * Day
             * Format: date
             */
            day: string;
            /**
             * Images
             * @description Finished that day.
             */
            images: number;
            /** Masks */
            masks: number;
            /**
             * Mean Seconds
             * @description Mean active time of masks that cost a person time; null without any.
             */
            mean_seconds: number | null;
            /**
             * Median Seconds
             * @description Of the same masks, to about 2%: interpolated within a histogram.
             */
            median_seconds: number | null;
            /**
             * Sources
             * @description The masks by source; those without any left out.
             */
            sources: {
                [key: string]: number;
            };
        };
        /**
         * DecoderOut
         * @description The ONNX graphs that the browser runs at each click, in one file.
         */
        DecoderOut: {
            /** Sha256 */
            sha256: string;
            /** Size Bytes */
            size_bytes: number;
            /** Url */
            url: string;
        };
        /**
         * DetectorOut
         * @description What finds the boxes of the semi-automatic stage.
         */
        DetectorOut: {
            /** Error */
            error: string | null;
            /** Image Count */
            image_count: number;
            /**
             * Mask Count
             * @description Masks that it learns from, and is tried on.
             */
            mask_count: number;
            /**
             * Progress
             * @description Of its training, from 0 to 1.
             */
            progress: number | null;
            /**
             * Recall
             * @description Share of the objects on photos that it has not seen which one of its boxes overlaps.
             */
            recall: number | null;
            /** @description Of its training. */
            state: components["schemas"]["JobState"];
        };
        /** DiskOut */
        DiskOut: {
            /** Free Bytes */
            free_bytes: number;
            /** Total Bytes */
            total_bytes: number;
        };
        /**
         * DownloadOut
         * @description The job that brings a public model.
         */
        DownloadOut: {
            /**
             * Bytes Done
             * @description Of the file; all of them while it is checked and made ready.
             */
            bytes_done: number;
            /** Error */
            error: string | null;
            /**
             * Error Code
             * @description Such as `unreachable`, `wrong_file` or `disk_full`.
             */
            error_code: string | null;
            /**
             * Moved At
             * Format: date-time
             * @description When `bytes_done` or the state changed last.
             */
            moved_at: string;
            state: components["schemas"]["JobState"];
        };
        /**
         * Effort
         * @description How much was done to a mask, all its corrections together.
         */
        Effort: {
            /**
             * Boxes
             * @default 0
             */
            boxes?: number;
            /**
             * Candidate Changes
             * @default 0
             */
            candidate_changes?: number;
            /**
             * Clicks
             * @default 0
             */
            clicks?: number;
            /**
             * Edits
             * @description Outlines closed, holes filled and the like.
             * @default 0
             */
            edits?: number;
            /**
             * Redos
             * @default 0
             */
            redos?: number;
            /**
             * Strokes
             * @default 0
             */
            strokes?: number;
            /**
             * Tool Ms
             * @description Active time in each tool.
             */
            tool_ms?: {
                [key: string]: number;
            };
            /**
             * Undos
             * @default 0
             */
            undos?: number;
        };
        /**
         * EmbeddingOut
         * @description How far the embedding of an image by the model is that it works with.
         */
        EmbeddingOut: {
            /**
             * Attempts
             * @default 0
             */
            attempts?: number;
            /** Compute Ms */
            compute_ms?: number | null;
            /** Error */
            error?: string | null;
            /** Error Code */
            error_code?: string | null;
            state: components["schemas"]["EmbeddingState"];
        };
        /**
         * EmbeddingState
         * @enum {string}
         */
        EmbeddingState: "queued" | "computing" | "ready" | "failed";
        /**
         * EstimateOut
         * @description A figure from 0 to 1 with its 95% confidence interval.
         */
        EstimateOut: {
            /** High */
            high: number;
            /** Low */
            low: number;
            /** Value */
            value: number;
        };
        /**
         * ExportChoice
         * @description A value to filter by, and how many masks it would leave in beside the other filters.
         */
        ExportChoice: {
            /** Masks */
            masks: number;
            /**
             * Name
             * @description Of a batch or a model.
             */
            name: string | null;
            /** Value */
            value: string;
        };
        /**
         * ExportFilters
         * @description Which accepted masks go into an export. A list that is empty leaves nothing out.
         */
        ExportFilters: {
            /**
             * Batch Ids
             * @description Of the masks' images.
             * @default []
             */
            batch_ids?: string[];
            /**
             * Model Ids
             * @description With which the masks were made.
             * @default []
             */
            model_ids?: string[];
            /**
             * Review States
             * @description Of the masks' images.
             * @default []
             */
            review_states?: components["schemas"]["WorkState"][];
            /**
             * Sources
             * @default []
             */
            sources?: components["schemas"]["MaskSource"][];
            /**
             * Stages
             * @description In which the masks were made.
             * @default []
             */
            stages?: components["schemas"]["Stage"][];
        };
        /**
         * ExportFormat
         * @enum {string}
         */
        ExportFormat: "coco" | "coco_polygons" | "sa1b" | "png" | "yolo";
        /** ExportIn */
        ExportIn: {
            /**
             * @default {
             *       "batch_ids": [],
             *       "stages": [],
             *       "sources": [],
             *       "review_states": [],
             *       "model_ids": []
             *     }
             */
            filters?: components["schemas"]["ExportFilters"];
            /** @default coco */
            format?: components["schemas"]["ExportFormat"];
            /** @description Null: one set of all images. */
            split?: components["schemas"]["ExportSplit"] | null;
            /**
             * With Empty Images
             * @description Also images that people are through with and that have no mask: those submitted, in review or done, or in the states of the filter. Null: as is usual in the format, all but sa1b.
             */
            with_empty_images?: boolean | null;
            /**
             * With Photos
             * @description The pictures that the masks refer to, too.
             * @default false
             */
            with_photos?: boolean;
        };
        /**
         * ExportManifest
         * @description What is in the file of an export; archives have it as manifest.json, too.
         */
        ExportManifest: {
            /** Categories */
            categories: string[];
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** File Name */
            file_name: string;
            filters: components["schemas"]["ExportFilters"];
            format: components["schemas"]["ExportFormat"];
            /** Maskloop Export */
            maskloop_export: number;
            /**
             * Overlap
             * @description Of label maps.
             */
            overlap?: {
                [key: string]: unknown;
            } | null;
            /**
             * Photos
             * @description Where in the archive, and how many.
             */
            photos?: {
                [key: string]: unknown;
            } | null;
            /** Sha256 */
            sha256: string;
            /** Size Bytes */
            size_bytes: number;
            /**
             * Split
             * @description Shares, groups, and what is in each.
             */
            split?: {
                [key: string]: unknown;
            } | null;
        } & {
            [key: string]: unknown;
        };
        /** ExportOut */
        ExportOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By Name */
            created_by_name: string | null;
            /** Download Url */
            download_url: string | null;
            /** Empty Image Count */
            empty_image_count: number | null;
            /** Error */
            error: string | null;
            /** File Name */
            file_name: string;
            filters: components["schemas"]["ExportFilters"];
            format: components["schemas"]["ExportFormat"];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Image Count
             * @description Those without masks included.
             */
            image_count: number | null;
            /** Mask Count */
            mask_count: number | null;
            /**
             * Progress
             * @description 0 to 1.
             */
            progress: number | null;
            /**
             * Sha256
             * @description Of the file.
             */
            sha256: string | null;
            /** Size Bytes */
            size_bytes: number | null;
            split: components["schemas"]["ExportSplit"] | null;
            /**
             * Split Images
             * @description Images in each split, once it is done.
             */
            split_images: {
                [key: string]: number;
            } | null;
            state: components["schemas"]["JobState"];
            /** With Empty Images */
            with_empty_images: boolean;
            /** With Photos */
            with_photos: boolean;
        };
        /** ExportPage */
        ExportPage: {
            /**
             * Items
             * @description Newest first.
             */
            items: components["schemas"]["ExportOut"][];
            /**
             * Next
             * @description `after` of the next page; null: this is the last one.
             */
            next: string | null;
        };
        /**
         * ExportPreview
         * @description What an export with these filters would hold now.
         */
        ExportPreview: {
            /** Batch Ids */
            batch_ids: components["schemas"]["ExportChoice"][];
            /**
             * Empty Image Count
             * @description Images without masks that `with_empty_images` adds.
             */
            empty_image_count: number;
            /**
             * Image Count
             * @description Images that have masks.
             */
            image_count: number;
            /** Mask Count */
            mask_count: number;
            /** Model Ids */
            model_ids: components["schemas"]["ExportChoice"][];
            /** Review States */
            review_states: components["schemas"]["ExportChoice"][];
            /** Sources */
            sources: components["schemas"]["ExportChoice"][];
            /** Stages */
            stages: components["schemas"]["ExportChoice"][];
        };
        /**
         * ExportSplit
         * @description Shares of the images in percent. An image stays in its split whatever else is exported.
         */
        ExportSplit: {
            /**
             * @description Keep together each image, batch, or name prefix.
             * @default image
             */
            group_by?: components["schemas"]["SplitGroup"];
            /**
             * Separator
             * @description Ends the name prefix at its first occurrence; `/` groups by top folder.
             * @default _
             */
            separator?: string;
            /**
             * Test
             * @default 0
             */
            test?: number;
            /** Train */
            train: number;
            /** Val */
            val: number;
        };
        /**
         * FailureFigures
         * @description Failed jobs of a kind that tell the same reason.
         */
        FailureFigures: {
            /** Jobs */
            jobs: number;
            kind: components["schemas"]["JobKind"];
            /**
             * Last At
             * Format: date-time
             */
            last_at: string;
            /** Reason */
            reason: string;
        };
        /**
         * FileVerdict
         * @description What became of one file; `code` and `reason` say why it was refused.
         */
        FileVerdict: {
            /** Code */
            code?: string | null;
            /** Image Id */
            image_id?: string | null;
            /** Name */
            name: string;
            /** Reason */
            reason?: string | null;
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * ForecastOut
         * @description When the images to do will be done at the pace of the last days.
         */
        ForecastOut: {
            /** Done On */
            done_on: string | null;
            /** Images Left */
            images_left: number;
            /**
             * Images Per Day
             * @description Mean of the last 7 days on which any was finished.
             */
            images_per_day: number | null;
            /**
             * Seconds Left
             * @description Active time of people; null while it is not known.
             */
            seconds_left: number | null;
        };
        /**
         * Health
         * @description `workers` counts the worker processes that said lately that they are alive.
         */
        Health: {
            /**
             * Database
             * @constant
             */
            database: "ok";
            /**
             * Queue
             * @enum {string}
             */
            queue: "embedded" | "redis";
            /**
             * Status
             * @constant
             */
            status: "ok";
            /** Version */
            version: string;
            /** Workers */
            workers: number;
        };
        /** HeldImage */
        HeldImage: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
        };
        /** HeldOut */
        HeldOut: {
            /** Images */
            images: number;
            /** Masks */
            masks: number;
        };
        /**
         * HourFigures
         * @description Jobs of a kind that ended in an hour.
         */
        HourFigures: {
            /** Done */
            done: number;
            /** Failed */
            failed: number;
            /**
             * Hour
             * Format: date-time
             * @description Its beginning.
             */
            hour: string;
            kind: components["schemas"]["JobKind"];
            /**
             * Mean Seconds
             * @description From start to end of those that are done.
             */
            mean_seconds: number | null;
        };
        /** HTTPValidationError */
        HTTPValidationError: {
            /** Detail */
            detail?: components["schemas"]["ValidationError"][];
        };
        /**
         * ImageCounts
         * @description Images by state. Those to do are `waiting` for their embedding, `ready`, or `failed` at it.
         */
        ImageCounts: {
            /** Done */
            done: number;
            /** Failed */
            failed: number;
            /** Flagged */
            flagged: number;
            /** In Review */
            in_review: number;
            /** In Work */
            in_work: number;
            /** Later */
            later: number;
            /** Ready */
            ready: number;
            /** Skipped */
            skipped: number;
            /** Submitted */
            submitted: number;
            /** Total */
            total: number;
            /** Waiting */
            waiting: number;
        };
        /** ImageDetail */
        ImageDetail: {
            batch: components["schemas"]["BatchOfImage"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            embedding: components["schemas"]["EmbeddingOut"];
            /** Height */
            height: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Mask Count */
            mask_count: number;
            /**
             * May Review
             * @description It is in review, and the person who asks may review it.
             * @default false
             */
            may_review?: boolean;
            /** @description That it works with: the project's newest whose embedding of it is there. */
            model: components["schemas"]["ModelOut"] | null;
            /** Name */
            name: string;
            neighbours: components["schemas"]["Neighbours"];
            /** Picture Url */
            picture_url: string;
            /** Priority */
            priority: number;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /**
             * Split
             * @description train, val or test, where imported annotations said so.
             */
            split: string | null;
            /** Thumbnail Url */
            thumbnail_url: string;
            /** Width */
            width: number;
            work: components["schemas"]["WorkOut"];
        };
        /** ImageOut */
        ImageOut: {
            batch: components["schemas"]["BatchOfImage"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            embedding: components["schemas"]["EmbeddingOut"];
            /** Height */
            height: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Mask Count */
            mask_count: number;
            /** Name */
            name: string;
            /** Picture Url */
            picture_url: string;
            /** Priority */
            priority: number;
            /**
             * Split
             * @description train, val or test, where imported annotations said so.
             */
            split: string | null;
            /** Thumbnail Url */
            thumbnail_url: string;
            /** Width */
            width: number;
            work: components["schemas"]["WorkOut"];
        };
        /**
         * ImagePage
         * @description `next` is the `after` of the next page, null on the last.
         */
        ImagePage: {
            /** Items */
            items: components["schemas"]["ImageOut"][];
            /**
             * Next
             * @description `after` of the next page; null: this is the last one.
             */
            next: string | null;
            summary: components["schemas"]["Summary"];
        };
        /**
         * ImagesChange
         * @description Changes many images at once; what is left out stays as it is.
         */
        ImagesChange: {
            /**
             * Assigned To
             * @description null: for everybody.
             */
            assigned_to?: string | null;
            /**
             * Batch Id
             * @description Where they go.
             */
            batch_id?: string | null;
            /** Image Ids */
            image_ids: string[];
            /**
             * Priority
             * @description The queue hands out higher ones first.
             * @default 0
             */
            priority?: number;
        };
        /**
         * ImagesDecision
         * @description `reopen`, `review` (have it reviewed), `accept` and `skip`, which needs a note.
         */
        ImagesDecision: {
            /** Image Ids */
            image_ids: string[];
            /** Note */
            note?: string | null;
            /**
             * To
             * @enum {string}
             */
            to: "reopen" | "review" | "accept" | "skip";
        };
        /** ImagesDeletion */
        ImagesDeletion: {
            /** Image Ids */
            image_ids: string[];
        };
        /**
         * ImagesResult
         * @description How many images were changed, and why the others were not.
         */
        ImagesResult: {
            /** Changed */
            changed: number;
            /** Refused */
            refused: components["schemas"]["Refusal"][];
        };
        /**
         * ImportedAs
         * @description States that imported masks may have.
         * @enum {string}
         */
        ImportedAs: "proposed" | "accepted";
        /**
         * ImportFileOut
         * @description What became of one file of an import.
         */
        ImportFileOut: {
            /** Added */
            added: number;
            /**
             * Image Count
             * @description Images that its masks are for.
             */
            image_count: number;
            /**
             * Known
             * @description Masks that an import has added before, or another file of this one.
             */
            known: number;
            /**
             * Name
             * @description In the archive, or the import's own.
             */
            name: string;
            /**
             * Note
             * @description What else a person should know, such as what was left out.
             */
            note: string | null;
            /** Refused */
            refused: number;
            /**
             * Split
             * @description train, val or test, where its name says so.
             */
            split: string | null;
        };
        /**
         * ImportProblem
         * @description Why an annotation, or all of an image's, was not imported.
         */
        ImportProblem: {
            /** Reason */
            reason: string;
            /**
             * Where
             * @description In the file, such as `annotation 17` or the name of an image.
             */
            where: string;
        };
        /** ImportReport */
        ImportReport: {
            /** Duplicates */
            duplicates: number;
            /** Files */
            files: components["schemas"]["FileVerdict"][];
            /** Imported */
            imported: number;
            /** Refused */
            refused: number;
        };
        /**
         * ImportTarget
         * @description A batch that annotations can be for.
         */
        ImportTarget: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Image Count */
            image_count: number;
            /** Name */
            name: string;
        };
        /** InvitationAccept */
        InvitationAccept: {
            /** Name */
            name: string;
            /** Password */
            password: string;
            /** Token */
            token: string;
        };
        /** InvitationIn */
        InvitationIn: {
            role: components["schemas"]["Role"];
        };
        /**
         * InvitationLook
         * @description What an invitation is to.
         */
        InvitationLook: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Invited By */
            invited_by: string;
            /** Project */
            project: string;
            role: components["schemas"]["Role"];
        };
        /**
         * InvitationMade
         * @description `token` is told this once.
         */
        InvitationMade: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By Name */
            created_by_name: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            role: components["schemas"]["Role"];
            /** Token */
            token: string;
        };
        /** InvitationOut */
        InvitationOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By Name */
            created_by_name: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            role: components["schemas"]["Role"];
        };
        /**
         * JobKind
         * @enum {string}
         */
        JobKind: "embed" | "export" | "import_annotations" | "train_detector" | "propose" | "automask" | "retrain" | "download_model";
        /** JobOut */
        JobOut: {
            /**
             * Attempts
             * @description Runs started since it was queued by a person.
             */
            attempts: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Error */
            error: string | null;
            /** Error Code */
            error_code: string | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Image Id
             * @description Of the image that it is about, if there is one.
             */
            image_id: string | null;
            /** Image Name */
            image_name: string | null;
            kind: components["schemas"]["JobKind"];
            /**
             * Progress
             * @description 0 to 1.
             */
            progress: number | null;
            /**
             * Started At
             * @description Of the present or the last run.
             */
            started_at: string | null;
            state: components["schemas"]["JobState"];
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * JobPage
         * @description `next` is the `before` of the following page; null at the end.
         */
        JobPage: {
            /** Items */
            items: components["schemas"]["JobOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * JobQueue
         * @enum {string}
         */
        JobQueue: "embed" | "io" | "train" | "automask";
        /** JobsOverview */
        JobsOverview: {
            /** Kinds */
            kinds: components["schemas"]["KindOut"][];
            /**
             * Unserved
             * @description Queues with waiting jobs that no live worker takes.
             */
            unserved: components["schemas"]["UnservedQueue"][];
            /** Workers */
            workers: components["schemas"]["WorkerOut"][];
        };
        /**
         * JobState
         * @enum {string}
         */
        JobState: "queued" | "running" | "done" | "failed";
        /** KindOut */
        KindOut: {
            /** Done Last Hour */
            done_last_hour: number;
            /** Failed */
            failed: number;
            kind: components["schemas"]["JobKind"];
            /** Queued */
            queued: number;
            /** Running */
            running: number;
            /**
             * Running Since
             * @description Since when the longest running one runs.
             */
            running_since: string | null;
            /**
             * Seconds Each
             * @description Mean time of the latest runs, where it is noted.
             */
            seconds_each: number | null;
            /**
             * Waiting Since
             * @description Since when the longest waiting one is queued.
             */
            waiting_since: string | null;
        };
        /**
         * Label
         * @description A kind of object. The id is made by the client and stays when the label is renamed.
         */
        Label: {
            /**
             * Colour
             * @description Of its masks, such as #e69f00.
             */
            colour: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * LeaseOut
         * @description The sole right to work on an image. It ends `seconds` after it was last asked for.
         */
        LeaseOut: {
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Seconds */
            seconds: number;
            /**
             * Until
             * Format: date-time
             */
            until: string;
        };
        /**
         * LinkOut
         * @description `token` goes behind `/enter#`; it is told this once.
         */
        LinkOut: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Token */
            token: string;
        };
        /** MachinesOut */
        MachinesOut: {
            /** @description Where blobs are kept; null where that has no end, as in S3. */
            disk: components["schemas"]["DiskOut"] | null;
            /**
             * Failures
             * @description The latest first.
             */
            failures: components["schemas"]["FailureFigures"][];
            /**
             * Hours
             * @description Of the last 24 hours, in order; those that have anything.
             */
            hours: components["schemas"]["HourFigures"][];
            /** Queues */
            queues: components["schemas"]["QueueFigures"][];
            /**
             * Storage
             * @description Of all projects together.
             */
            storage: components["schemas"]["StorageFigures"][];
        };
        /** MaskIn */
        MaskIn: {
            /**
             * Active Ms
             * @description Time spent on this mask, idle stretches not counted.
             */
            active_ms: number;
            /**
             * Base Version
             * @description The version that this content replaces; null for a new mask.
             */
            base_version?: number | null;
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Label Id */
            label_id?: string | null;
            /**
             * Locked
             * @default false
             */
            locked?: boolean;
            /**
             * Log
             * @description What was done to make it, in order (docs/formats.md). Kept as it is.
             */
            log?: unknown[][] | null;
            /** Model Id */
            model_id: string | null;
            /** Predicted Iou */
            predicted_iou: number | null;
            prompts: components["schemas"]["Prompts"];
            rle: components["schemas"]["RleSchema"];
            source: components["schemas"]["MaskSource"];
        };
        /**
         * MaskLogOut
         * @description What was done to make one version of a mask, in order.
         */
        MaskLogOut: {
            /** Entries */
            entries: unknown[][];
            /** Version */
            version: number;
        };
        /** MaskOut */
        MaskOut: {
            /**
             * Active Ms
             * @description Time spent on this mask, idle stretches not counted.
             */
            active_ms: number;
            /** Area Px */
            area_px: number;
            /**
             * Author Id
             * @description Who made it; null for masks from before there were accounts.
             */
            author_id: string | null;
            /** Author Name */
            author_name: string | null;
            /**
             * Bbox
             * @description x, y, width, height in pixels.
             */
            bbox: [
                number,
                number,
                number,
                number
            ];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** @description null where no log was sent. */
            effort: components["schemas"]["Effort"] | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Label Id */
            label_id: string | null;
            /**
             * Locked
             * @description Neither cut, changed nor deleted on the page.
             */
            locked: boolean;
            /** Model Id */
            model_id: string | null;
            /** Predicted Iou */
            predicted_iou: number | null;
            prompts: components["schemas"]["Prompts"];
            rle: components["schemas"]["RleSchema"];
            source: components["schemas"]["MaskSource"];
            /**
             * Stability Score
             * @description Of masks that machines made: how little they change with the threshold, from 0 to 1.
             */
            stability_score: number | null;
            stage: components["schemas"]["Stage"];
            state: components["schemas"]["MaskState"];
            /** Version */
            version: number;
        };
        /**
         * MaskSource
         * @description Which tools the mask was made with.
         * @enum {string}
         */
        MaskSource: "clicked" | "painted" | "clicked_painted" | "edited" | "imported" | "merged" | "split" | "copied" | "detected" | "automatic";
        /**
         * MaskState
         * @enum {string}
         */
        MaskState: "proposed" | "accepted" | "rejected" | "deleted";
        /**
         * MemberOut
         * @description Somebody whom images can be assigned to.
         */
        MemberOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
        };
        /**
         * ModelFigures
         * @description A model version that masks were made with, or that the project was put to.
         */
        ModelFigures: {
            /**
             * Clicks Per Mask
             * @description Clicks and boxes of the same masks' prompts, per mask.
             */
            clicks_per_mask: number | null;
            /**
             * First Promoted At
             * @description In this project; null: never by a promotion.
             */
            first_promoted_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Starter */
            is_starter: boolean;
            /** Masks */
            masks: number;
            /**
             * Mean Seconds
             * @description Mean active time of masks that cost a person time; null without any.
             */
            mean_seconds: number | null;
            /**
             * Median Seconds
             * @description Of the same masks, to about 2%: interpolated within a histogram.
             */
            median_seconds: number | null;
            /** Name */
            name: string;
            /**
             * Timed Masks
             * @description Of these, masks that cost a person time.
             */
            timed_masks: number;
        };
        /** ModelOut */
        ModelOut: {
            decoder: components["schemas"]["DecoderOut"];
            /** Decoder Digest */
            decoder_digest: string;
            /** Embedding Channels */
            embedding_channels: number;
            /** Encoder Digest */
            encoder_digest: string;
            /** Family */
            family: string;
            /**
             * Grid
             * @description Side of the image embedding in positions.
             */
            grid: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Image Size
             * @description Side of the model's square input in pixels.
             */
            image_size: number;
            /** Is Starter */
            is_starter: boolean;
            /**
             * Mask Threshold
             * @description Logits above it are mask.
             */
            mask_threshold: number;
            /** Name */
            name: string;
            /**
             * Notice
             * @description What users of this model should know.
             */
            notice: string | null;
        };
        /**
         * ModelQuality
         * @description How good a model is at the held-out images, clicked by the rule of evaluation.
         */
        ModelQuality: {
            /** By Source */
            by_source: {
                [key: string]: components["schemas"]["SourceQuality"];
            };
            /**
             * Miou
             * @description Mean IoU after so many clicks: 1, 3, 5.
             */
            miou: {
                [key: string]: number;
            };
            /**
             * Noc85
             * @description Mean clicks until an IoU of 0.85, 20 where it is not reached.
             */
            noc85: number;
        };
        /**
         * Neighbours
         * @description Where an image stands in its list; `position` counts from 1.
         */
        Neighbours: {
            /** Next Id */
            next_id: string | null;
            /** Position */
            position: number;
            /** Previous Id */
            previous_id: string | null;
            /** Total */
            total: number;
        };
        /**
         * NextOut
         * @description null: nothing is left that somebody else does not have.
         */
        NextOut: {
            image: components["schemas"]["ImageDetail"] | null;
        };
        /**
         * NoteIn
         * @description Why an image is skipped, or what the question is.
         */
        NoteIn: {
            /** Note */
            note: string;
        };
        /**
         * Outlook
         * @description What would happen if the rule was looked at now.
         */
        Outlook: {
            /**
             * New Images
             * @description That have them.
             */
            new_images: number;
            /**
             * New Masks
             * @description Accepted or changed since the last run.
             */
            new_masks: number;
            /** Sentence */
            sentence: string;
            stage: components["schemas"]["Stage"];
            /** Would Start */
            would_start: boolean;
        };
        /**
         * OverlapRule
         * @description What happens to pixels that a new mask shares with saved ones of its image.
         * @enum {string}
         */
        OverlapRule: "allow" | "newer_cuts_older" | "newer_is_cut";
        /** PasswordChange */
        PasswordChange: {
            /**
             * Current
             * @description Needed when there is one.
             */
            current?: string | null;
            /** New */
            new: string;
        };
        /** Person */
        Person: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * PersonOut
         * @description Who somebody is and what they do. The week is today and the six days before.
         */
        PersonOut: {
            /**
             * Holds
             * @description Images that they work on now.
             */
            holds: components["schemas"]["HeldImage"][];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Last Seen At */
            last_seen_at: string | null;
            /**
             * Masks Today
             * @description Accepted masks that they made.
             */
            masks_today: number;
            /** Masks Week */
            masks_week: number;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
            /**
             * Seconds Per Mask
             * @description Mean active time in the week.
             */
            seconds_per_mask: number | null;
            /** Submitted Today */
            submitted_today: number;
            /** Submitted Week */
            submitted_week: number;
        };
        /** Point */
        Point: {
            /**
             * Label
             * @description 1 foreground, 0 background.
             * @enum {integer}
             */
            label: 0 | 1;
            /** X */
            x: number;
            /** Y */
            y: number;
        };
        /**
         * ProjectBefore
         * @description Settings as somebody saw them before changing them; what is left out is not compared.
         */
        ProjectBefore: {
            /**
             * Guidelines
             * @default
             */
            guidelines?: string;
            /**
             * Labels
             * @default []
             */
            labels?: components["schemas"]["Label"][];
            /**
             * Nudge Seconds
             * @default 30
             */
            nudge_seconds?: number;
            /** @default allow */
            overlap_rule?: components["schemas"]["OverlapRule"];
        };
        /**
         * ProjectChange
         * @description What is left out stays as it is.
         */
        ProjectChange: {
            /**
             * @description What the change replaces: where that is not so any more, nothing is changed.
             * @default {
             *       "overlap_rule": "allow",
             *       "labels": [],
             *       "nudge_seconds": 30,
             *       "guidelines": ""
             *     }
             */
            before?: components["schemas"]["ProjectBefore"];
            /**
             * Guidelines
             * @description Markdown for the annotators.
             * @default
             */
            guidelines?: string;
            /**
             * Labels
             * @default []
             */
            labels?: components["schemas"]["Label"][];
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Nudge Seconds
             * @description Seconds on one mask after which the page offers to go on; 0: never.
             * @default 30
             */
            nudge_seconds?: number;
            /** @default allow */
            overlap_rule?: components["schemas"]["OverlapRule"];
        };
        /**
         * ProjectDeletion
         * @description Its name once more, so that nobody deletes a project by mistake.
         */
        ProjectDeletion: {
            /** Name */
            name: string;
        };
        /** ProjectIn */
        ProjectIn: {
            /** Name */
            name: string;
        };
        /**
         * ProjectOfUser
         * @description A project that somebody is in.
         */
        ProjectOfUser: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
        };
        /** ProjectOut */
        ProjectOut: {
            /**
             * Guidelines
             * @default
             */
            guidelines: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Labels
             * @default []
             */
            labels: components["schemas"]["Label"][];
            /** Name */
            name: string;
            /**
             * Nudge Seconds
             * @default 30
             */
            nudge_seconds: number;
            /** @default allow */
            overlap_rule: components["schemas"]["OverlapRule"];
        };
        /**
         * ProjectSummary
         * @description One of somebody's projects, their role in it and what is in it.
         */
        ProjectSummary: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Images
             * @description Those of second looks and audits do not count.
             */
            images: number;
            /**
             * Masks
             * @description Accepted masks on these images.
             */
            masks: number;
            /** Name */
            name: string;
            /**
             * People
             * @description Who may work in it, admins included.
             */
            people: number;
            role: components["schemas"]["Role"];
        };
        /**
         * Promote
         * @enum {string}
         */
        Promote: "gate" | "never";
        /**
         * PromotionFigures
         * @description A change of the model that the project works with.
         */
        PromotionFigures: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * By
             * @description null: the gate of a training run.
             */
            by: string | null;
            /** Model */
            model: string;
            /**
             * Model Id
             * Format: uuid
             */
            model_id: string;
            /** Previous */
            previous: string | null;
            /** Reason */
            reason: string;
        };
        /** PromotionIn */
        PromotionIn: {
            /**
             * Reason
             * @default
             */
            reason?: string;
        };
        /**
         * PromotionOut
         * @description A change of the model that the project works with.
         */
        PromotionOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Model Id
             * Format: uuid
             */
            model_id: string;
            /** Model Name */
            model_name: string;
            /** Previous Id */
            previous_id: string | null;
            /** Previous Name */
            previous_name: string | null;
            /**
             * Promoted At
             * Format: date-time
             */
            promoted_at: string;
            /** Promoted By */
            promoted_by: string | null;
            /**
             * Promoted By Name
             * @description Null where a run's gate did it.
             */
            promoted_by_name: string | null;
            /** Reason */
            reason: string;
        };
        /**
         * Prompts
         * @description What the annotator did: clicks and a box in pixels of the image, and how many strokes of each kind.
         */
        Prompts: {
            /**
             * Box
             * @description Left, top, right, bottom.
             */
            box?: [
                number,
                number,
                number,
                number
            ] | null;
            /**
             * Candidate
             * @description Which of the three candidates for an ambiguous prompt was taken.
             */
            candidate?: number | null;
            /** Points */
            points: components["schemas"]["Point"][];
            strokes: components["schemas"]["Strokes"];
        };
        /**
         * PublicModelOut
         * @description A checkpoint that can be downloaded.
         */
        PublicModelOut: {
            /** Description */
            description: string;
            /** @description Unless it is here, or nobody has asked for it. */
            download: components["schemas"]["DownloadOut"] | null;
            /** File Name */
            file_name: string;
            /**
             * Image Size
             * @description Side of the model's square input in pixels.
             */
            image_size: number;
            /**
             * Is Measured
             * @description False: estimated from another model's time.
             */
            is_measured: boolean;
            /** Licence */
            licence: string;
            /**
             * Model Id
             * @description Of the model that was made of it; null: it is not here yet.
             */
            model_id: string | null;
            /** Name */
            name: string;
            /**
             * Seconds Per Photo
             * @description To embed a photo on the present workers; null until they have embedded one.
             */
            seconds_per_photo: number | null;
            /** Sha256 */
            sha256: string;
            /** Size Bytes */
            size_bytes: number;
            /** Url */
            url: string;
        };
        /** PublicModels */
        PublicModels: {
            /**
             * Has Worker
             * @description A live worker takes downloads.
             */
            has_worker: boolean;
            /** Items */
            items: components["schemas"]["PublicModelOut"][];
            /**
             * Photos
             * @description Of the project, to be embedded by a new encoder.
             */
            photos: number;
        };
        /** Quality */
        Quality: {
            /** Audits */
            audits: components["schemas"]["QualityOut"][];
            /** Second Looks */
            second_looks: components["schemas"]["QualityOut"][];
        };
        /**
         * QualityOut
         * @description How a second look or an audit agrees with the images it was made from.
         *
         *     In a second look, masks of two people are paired; in an audit, each automatic mask with what people made
         *     of it, a deleted one counting as 0.
         */
        QualityOut: {
            above_75: components["schemas"]["EstimateOut"] | null;
            above_90: components["schemas"]["EstimateOut"] | null;
            /**
             * Added
             * @description Masks that have no counterpart in the original.
             */
            added: number;
            /**
             * Batch Id
             * Format: uuid
             */
            batch_id: string;
            /**
             * Compared
             * @description Images that are submitted.
             */
            compared: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Images */
            images: number;
            mean_iou: components["schemas"]["EstimateOut"] | null;
            /**
             * Missed
             * @description Masks of the original that have no counterpart.
             */
            missed: number;
            /** Name */
            name: string;
            /** Pairs */
            pairs: number;
            /** Parent Id */
            parent_id: string | null;
            /** Worst */
            worst: components["schemas"]["WorstImage"][];
        };
        /**
         * QueueCounts
         * @description Images that the person may see by state; `in_work` counts those of them that somebody has now.
         */
        QueueCounts: {
            /** Done */
            done: number;
            /** Flagged */
            flagged: number;
            /** In Review */
            in_review: number;
            /** In Work */
            in_work: number;
            /** Later */
            later: number;
            /** Open */
            open: number;
            /** Skipped */
            skipped: number;
            /** Submitted */
            submitted: number;
        };
        /** QueueFigures */
        QueueFigures: {
            queue: components["schemas"]["JobQueue"];
            /** Queued */
            queued: number;
            /** Running */
            running: number;
            /**
             * Workers
             * @description Alive ones that take work from it.
             */
            workers: number;
        };
        /**
         * QueueOut
         * @description `ahead`: what the queue would hand out next as things are, to be fetched ahead.
         */
        QueueOut: {
            /** Ahead */
            ahead: string[];
            counts: components["schemas"]["QueueCounts"];
        };
        /**
         * ReEmbedding
         * @description What the project's photos take before a model works with them.
         */
        ReEmbedding: {
            /**
             * Is Measured
             * @description False: estimated from another model's time.
             */
            is_measured: boolean;
            /**
             * Photos
             * @description Without an embedding of the model's encoder.
             */
            photos: number;
            /**
             * Seconds Per Photo
             * @description On the present workers; null until they have embedded one photo.
             */
            seconds_per_photo: number | null;
        };
        /** Refusal */
        Refusal: {
            /** Code */
            code: string;
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Reason */
            reason: string;
        };
        /**
         * RegisteredModel
         * @description A model with where it comes from, and what it was worth to the project's people.
         */
        RegisteredModel: {
            /** Clicks Per Mask */
            clicks_per_mask: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            decoder: components["schemas"]["DecoderOut"];
            /** Decoder Digest */
            decoder_digest: string;
            /** Embedding Channels */
            embedding_channels: number;
            /** Encoder Digest */
            encoder_digest: string;
            /** Family */
            family: string;
            /**
             * Grid
             * @description Side of the image embedding in positions.
             */
            grid: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Image Size
             * @description Side of the model's square input in pixels.
             */
            image_size: number;
            /**
             * Is Active
             * @description The project works with it.
             */
            is_active: boolean;
            /** Is Starter */
            is_starter: boolean;
            /**
             * Mask Threshold
             * @description Logits above it are mask.
             */
            mask_threshold: number;
            /**
             * Masks Made
             * @description Accepted masks that people made with it here.
             */
            masks_made: number;
            /** @description Of that run: it and its parent on the held-out images. */
            metrics: components["schemas"]["RunMetrics"] | null;
            /** Name */
            name: string;
            /**
             * Notice
             * @description What users of this model should know.
             */
            notice: string | null;
            /** Parent Id */
            parent_id: string | null;
            /** Parent Name */
            parent_name: string | null;
            /**
             * Project Id
             * @description Whose it is; null: all projects share it.
             */
            project_id: string | null;
            /**
             * Promoted At
             * @description When it was last put to use here.
             */
            promoted_at: string | null;
            /**
             * Promoted By Name
             * @description Null where a run's gate did it.
             */
            promoted_by_name: string | null;
            /**
             * Run Id
             * @description The training run that made it.
             */
            run_id: string | null;
            /**
             * Seconds Per Mask
             * @description Mean active time of those.
             */
            seconds_per_mask: number | null;
        };
        /** RetryIn */
        RetryIn: {
            kind: components["schemas"]["JobKind"];
            /**
             * Reason
             * @description Only those that failed for it, as the dashboard words it; all of the kind if null.
             */
            reason?: string | null;
        };
        /** RetryOut */
        RetryOut: {
            /** Retried */
            retried: number;
        };
        /**
         * ReviewCounts
         * @description Images that wait for a reviewer, and those of them that the person may take now.
         */
        ReviewCounts: {
            /** For Me */
            for_me: number;
            /** In Review */
            in_review: number;
        };
        /**
         * RleSchema
         * @description A bitmap in COCO's compressed run-length encoding.
         */
        RleSchema: {
            /** Counts */
            counts: string;
            /**
             * Size
             * @description Height and width in pixels.
             */
            size: [
                number,
                number
            ];
        };
        /**
         * Role
         * @description What somebody may do in a project; each role may do what those before it may.
         *
         *     Annotators make masks. Managers also import, export and change the project. What all projects share, which
         *     is people, models and the system, belongs to admins, who are that in every project.
         * @enum {string}
         */
        Role: "annotator" | "manager" | "admin";
        /**
         * RuleIn
         * @description When a stage starts a run by itself, and what its runs are like. Null: not for this reason.
         */
        RuleIn: {
            /**
             * Every Hours
             * @description Since the last run, where there are `least_masks` new ones.
             */
            every_hours?: number | null;
            /**
             * Every Masks
             * @description New masks since the last run.
             */
            every_masks?: number | null;
            /**
             * Least Masks
             * @default 50
             */
            least_masks?: number;
            /**
             * Margin
             * @description By which the new model's mean IoU at one click on the held-out images is higher.
             * @default 0
             */
            margin?: number;
            /**
             * Minutes
             * @description How long the training itself lasts, without the rest.
             * @default 10
             */
            minutes?: number;
            /**
             * On Entering
             * @description When a batch enters the stage.
             * @default false
             */
            on_entering?: boolean;
            /** @default gate */
            promote?: components["schemas"]["Promote"];
            /** Quiet From */
            quiet_from?: string | null;
            /** Quiet To */
            quiet_to?: string | null;
            /** @default decoder */
            trains?: components["schemas"]["Trains"];
        };
        /** RuleOut */
        RuleOut: {
            /**
             * Every Hours
             * @description Since the last run, where there are `least_masks` new ones.
             */
            every_hours?: number | null;
            /**
             * Every Masks
             * @description New masks since the last run.
             */
            every_masks?: number | null;
            /**
             * Least Masks
             * @default 50
             */
            least_masks?: number;
            /**
             * Margin
             * @description By which the new model's mean IoU at one click on the held-out images is higher.
             * @default 0
             */
            margin?: number;
            /**
             * Minutes
             * @description How long the training itself lasts, without the rest.
             * @default 10
             */
            minutes?: number;
            /**
             * On Entering
             * @description When a batch enters the stage.
             * @default false
             */
            on_entering?: boolean;
            /** @default gate */
            promote?: components["schemas"]["Promote"];
            /** Quiet From */
            quiet_from?: string | null;
            /** Quiet To */
            quiet_to?: string | null;
            stage: components["schemas"]["Stage"];
            /** @default decoder */
            trains?: components["schemas"]["Trains"];
        };
        /**
         * RunIn
         * @description What is left out is as the stage's rule says.
         */
        RunIn: {
            /** Minutes */
            minutes?: number | null;
            /**
             * Note
             * @default
             */
            note?: string;
            stage: components["schemas"]["Stage"];
            trains?: components["schemas"]["Trains"] | null;
        };
        /**
         * RunMetrics
         * @description Both models on the same masks.
         */
        RunMetrics: {
            after: components["schemas"]["ModelQuality"];
            before: components["schemas"]["ModelQuality"];
            held_out: components["schemas"]["HeldOut"];
        };
        /**
         * RunSettings
         * @description As they were when the run was started.
         */
        RunSettings: {
            /** Margin */
            margin: number;
            /** Minutes */
            minutes: number;
            /**
             * Note
             * @default
             */
            note?: string;
            promote: components["schemas"]["Promote"];
            trains: components["schemas"]["Trains"];
        };
        /**
         * RunState
         * @enum {string}
         */
        RunState: "queued" | "snapshot" | "embedding" | "training" | "evaluating" | "stopping" | "done" | "failed" | "cancelled";
        /**
         * SessionOut
         * @description Who asks, and what they may do. `auth` is false where everybody is the local admin.
         */
        SessionOut: {
            /** Auth */
            auth: boolean;
            /**
             * Expires At
             * @description Unless it is used before; null: not by itself.
             */
            expires_at: string | null;
            /** Has Password */
            has_password: boolean;
            /**
             * Project Id
             * @description That one is in now; null: in none.
             */
            project_id: string | null;
            /**
             * Projects
             * @description All of one's own, oldest first.
             */
            projects: components["schemas"]["ProjectOfUser"][];
            /** @description In that project. */
            role: components["schemas"]["Role"] | null;
            user: components["schemas"]["Person"];
        };
        /** SignIn */
        SignIn: {
            /** Name */
            name: string;
            /** Password */
            password: string;
        };
        /** SnapshotOut */
        SnapshotOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Digest
             * @description SHA-256 of the manifest of images and masks.
             */
            digest: string;
            /** Held Out Images */
            held_out_images: number;
            /** Held Out Masks */
            held_out_masks: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Image Count */
            image_count: number;
            /** Mask Count */
            mask_count: number;
        };
        /** SourceFigures */
        SourceFigures: {
            /** Masks */
            masks: number;
            source: components["schemas"]["MaskSource"];
        };
        /**
         * SourceQuality
         * @description Of the held-out masks that were made in one way.
         */
        SourceQuality: {
            /** Masks */
            masks: number;
            /**
             * Miou
             * @description Mean IoU after so many clicks: 1, 3, 5.
             */
            miou: {
                [key: string]: number;
            };
            /** Noc85 */
            noc85: number;
        };
        /**
         * Split
         * @enum {string}
         */
        Split: "train" | "val" | "test";
        /**
         * SplitGroup
         * @description What is never divided between splits.
         * @enum {string}
         */
        SplitGroup: "image" | "batch" | "prefix";
        /**
         * Stage
         * @description The three stages of the data engine (SAM paper, section 4).
         * @enum {string}
         */
        Stage: "assisted_manual" | "semi_automatic" | "fully_automatic";
        /** StageFailure */
        StageFailure: {
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Name */
            name: string;
            /** Reason */
            reason: string;
        };
        /** StageFigures */
        StageFigures: {
            /**
             * Clicks Per Mask
             * @description Clicks and boxes of the same masks' prompts, per mask.
             */
            clicks_per_mask: number | null;
            /** @description Of batches that are in this stage now. */
            images: components["schemas"]["ImageCounts"];
            /**
             * Machine Share
             * @description Accepted masks that no person spent time on, of all accepted ones; 0 to 1.
             */
            machine_share: number | null;
            /**
             * Masks
             * @description Accepted masks that were made in this stage.
             */
            masks: number;
            /**
             * Masks Per Image
             * @description On images that are submitted, in review or done.
             */
            masks_per_image: number | null;
            /**
             * Mean Seconds
             * @description Mean active time of masks that cost a person time; null without any.
             */
            mean_seconds: number | null;
            /**
             * Median Seconds
             * @description Of the same masks, to about 2%: interpolated within a histogram.
             */
            median_seconds: number | null;
            /**
             * Proposals
             * @description Proposed masks that nobody has judged yet.
             */
            proposals: number;
            stage: components["schemas"]["Stage"];
        };
        /**
         * StageImages
         * @description Images of the batch's present run through its stage.
         */
        StageImages: {
            /** Done */
            done: number;
            /** Failed */
            failed: number;
            /** Running */
            running: number;
            /** Total */
            total: number;
            /** Waiting */
            waiting: number;
        };
        /** StageIn */
        StageIn: {
            stage: components["schemas"]["Stage"];
        };
        /**
         * StageOut
         * @description Where a batch is. What machines do is about the batch's last run through its present stage.
         */
        StageOut: {
            detector: components["schemas"]["DetectorOut"] | null;
            /**
             * Failures
             * @description The first hundred.
             */
            failures: components["schemas"]["StageFailure"][];
            images: components["schemas"]["StageImages"];
            /** Images Per Minute */
            images_per_minute: number | null;
            /**
             * Masks
             * @description Masks of the stage that no person has drawn; rejected ones do not count.
             */
            masks: number;
            /** Masks Per Image */
            masks_per_image: number | null;
            /** Seconds Left */
            seconds_left: number | null;
            stage: components["schemas"]["Stage"];
        };
        /**
         * StagePreview
         * @description What entering a stage would do, before anybody enters it.
         */
        StagePreview: {
            /**
             * Detector Minutes
             * @description Of a detector's training that comes first; null: none is needed.
             */
            detector_minutes: number | null;
            /**
             * Images
             * @description That machines would go through.
             */
            images: number;
            /**
             * Left Alone
             * @description Other open images: people have begun them, or the stage is theirs.
             */
            left_alone: number;
            /**
             * Problem
             * @description Why the batch cannot enter the stage now.
             */
            problem: string | null;
            /**
             * Seconds
             * @description For all images by one worker, as the last ones took; null: there were none yet.
             */
            seconds: number | null;
        };
        /** StorageFigures */
        StorageFigures: {
            /** Bytes */
            bytes: number;
            /**
             * What
             * @description photos, pictures, embeddings, models, exports, training, imports or other.
             */
            what: string;
        };
        /** Strokes */
        Strokes: {
            /** Brush */
            brush: number;
            /** Erase */
            erase: number;
        };
        /**
         * Summary
         * @description Counts of images by the state of their embedding, and an estimate of the time until all are ready.
         */
        Summary: {
            /** Computing */
            computing: number;
            /** Failed */
            failed: number;
            /** Queued */
            queued: number;
            /** Ready */
            ready: number;
            /** Seconds Left */
            seconds_left: number | null;
            /** Total */
            total: number;
        };
        /** TokenIn */
        TokenIn: {
            /** Token */
            token: string;
        };
        /**
         * TotalFigures
         * @description All stages together.
         */
        TotalFigures: {
            /**
             * Clicks Per Mask
             * @description Clicks and boxes of the same masks' prompts, per mask.
             */
            clicks_per_mask: number | null;
            /**
             * Machine Share
             * @description Accepted masks that no person spent time on, of all accepted ones; 0 to 1.
             */
            machine_share: number | null;
            /**
             * Masks
             * @description Accepted ones.
             */
            masks: number;
            /**
             * Mean Seconds
             * @description Mean active time of masks that cost a person time; null without any.
             */
            mean_seconds: number | null;
            /**
             * Median Seconds
             * @description Of the same masks, to about 2%: interpolated within a histogram.
             */
            median_seconds: number | null;
            /**
             * Proposals
             * @description Proposed masks that nobody has judged yet.
             */
            proposals: number;
        };
        /** TrainingPointOut */
        TrainingPointOut: {
            /**
             * Iou By Round
             * @description After each of the simulated annotator's prompts.
             */
            iou_by_round: number[];
            /** Loss */
            loss: number;
            /** Minutes */
            minutes: number;
            /** Step */
            step: number;
        };
        /** TrainingRunOut */
        TrainingRunOut: {
            /** Asked By */
            asked_by: string | null;
            /** Asked By Name */
            asked_by_name: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Error */
            error: string | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            metrics: components["schemas"]["RunMetrics"] | null;
            /** Model Id */
            model_id: string | null;
            /** Model Name */
            model_name: string | null;
            /**
             * Parent Id
             * Format: uuid
             */
            parent_id: string;
            /** Parent Name */
            parent_name: string;
            /**
             * Precision
             * @description That the run trains in.
             */
            precision: ("float32" | "bfloat16") | null;
            /**
             * Progress
             * @description 0 to 1.
             */
            progress: number;
            /** Seconds Left */
            seconds_left: number | null;
            settings: components["schemas"]["RunSettings"];
            snapshot: components["schemas"]["SnapshotOut"] | null;
            stage: components["schemas"]["Stage"];
            /** Started At */
            started_at: string | null;
            state: components["schemas"]["RunState"];
            trigger: components["schemas"]["Trigger"];
            /**
             * Verdict
             * @description Why the new model was put to use, or not.
             */
            verdict: string | null;
        };
        /**
         * Trains
         * @enum {string}
         */
        Trains: "decoder" | "full";
        /** TransitionOut */
        TransitionOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** By */
            by: string;
            /** By Name */
            by_name: string | null;
            from_state: components["schemas"]["WorkState"];
            /** Note */
            note: string | null;
            to_state: components["schemas"]["WorkState"];
        };
        /**
         * Trigger
         * @description Why a run was started.
         * @enum {string}
         */
        Trigger: "masks" | "hours" | "entering" | "person";
        /** UnservedQueue */
        UnservedQueue: {
            queue: components["schemas"]["JobQueue"];
            /** Queued */
            queued: number;
        };
        /**
         * UserChange
         * @description What is left out stays as it is.
         */
        UserChange: {
            /**
             * Disabled
             * @default false
             */
            disabled?: boolean;
            /**
             * Name
             * @default
             */
            name?: string;
            /** @description In the project, or admin of all; null takes the person out of the project. */
            role?: components["schemas"]["Role"] | null;
        };
        /** UserOut */
        UserOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Disabled */
            disabled: boolean;
            /** Has Password */
            has_password: boolean;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Is Admin
             * @description In every project.
             */
            is_admin: boolean;
            /** Last Seen At */
            last_seen_at: string | null;
            /** Name */
            name: string;
            /**
             * Projects
             * @description That they were taken into.
             */
            projects: components["schemas"]["ProjectOfUser"][];
            /** @description In the project; null: not in it. */
            role: components["schemas"]["Role"] | null;
        };
        /** ValidationError */
        ValidationError: {
            /** Context */
            ctx?: Record<string, never>;
            /** Input */
            input?: unknown;
            /** Location */
            loc: (string | number)[];
            /** Message */
            msg: string;
            /** Error Type */
            type: string;
        };
        /**
         * Verdict
         * @enum {string}
         */
        Verdict: "imported" | "duplicate" | "refused";
        /**
         * WorkerOut
         * @description A worker process that gave a sign within the last day and has not signed off.
         */
        WorkerOut: {
            /** Alive */
            alive: boolean;
            /**
             * Heartbeat At
             * Format: date-time
             */
            heartbeat_at: string;
            /** Host */
            host: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Pid */
            pid: number;
            /**
             * Queues
             * @description That it takes work from.
             */
            queues: components["schemas"]["JobQueue"][];
        };
        /**
         * WorkOut
         * @description What was decided about an image, whom it is for, and who has it now.
         *
         *     `held_by` is null while nobody has it.
         *
         *     People are ids of users. A name is null where somebody did it before there were accounts.
         */
        WorkOut: {
            /** Assigned To */
            assigned_to: string | null;
            /** Assigned To Name */
            assigned_to_name: string | null;
            /** At */
            at: string | null;
            /** By */
            by: string | null;
            /** By Name */
            by_name: string | null;
            /** Held By */
            held_by: string | null;
            /** Held By Name */
            held_by_name: string | null;
            /** Held Until */
            held_until: string | null;
            /** Note */
            note: string | null;
            state: components["schemas"]["WorkState"];
        };
        /**
         * WorkState
         * @description What people have decided about an image; that somebody works on it now is told by its lease.
         * @enum {string}
         */
        WorkState: "open" | "later" | "flagged" | "submitted" | "in_review" | "done" | "skipped";
        /**
         * WorstImage
         * @description An image with much disagreement; `original_id` is what it was compared with.
         */
        WorstImage: {
            /** Added */
            added: number;
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Mean Iou */
            mean_iou: number | null;
            /** Missed */
            missed: number;
            /** Name */
            name: string;
            /** Original Id */
            original_id: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_annotation_imports_api_annotation_imports_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                limit?: number;
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnotationImportPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    import_annotations_api_annotation_imports_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_import_annotations_api_annotation_imports_post"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnotationImportOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_annotation_import_api_annotation_imports__import_id__get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the import. */
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnotationImportOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    delete_annotation_import_api_annotation_imports__import_id__delete: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the import. */
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_import_problems_api_annotation_imports__import_id__problems_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the import. */
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportProblem"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_annotation_import_api_annotation_imports__import_id__retry_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the import. */
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnotationImportOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_import_targets_api_annotation_imports_targets_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportTarget"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_batches_api_batches_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    make_batch_api_batches_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    delete_batch_api_batches__batch_id__delete: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the batch. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_batch_api_batches__batch_id__patch: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the batch. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    start_audit_api_batches__batch_id__audits_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the batch. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuditIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_stage_api_batches__batch_id__stage_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the batch. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StageOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    enter_stage_api_batches__batch_id__stage_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the batch. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StageIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StageOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    cancel_api_batches__batch_id__stage_cancel_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the batch. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StageOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    preview_stage_api_batches__batch_id__stage_preview_get: {
        parameters: {
            query: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
                /** @description That the batch would enter. */
                stage: components["schemas"]["Stage"];
            };
            header?: never;
            path: {
                /** @description Id of the batch. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StagePreview"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_api_batches__batch_id__stage_retry_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the batch. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StageOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_dashboard_api_dashboard_get: {
        parameters: {
            query?: {
                /** @description Made by these people. */
                author?: string[];
                /** @description On images of these batches. */
                batch?: string[];
                /** @description First day, in UTC. */
                from?: string | null;
                /** @description Made with these models. */
                model?: string[];
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
                /** @description Made in these stages. */
                stage?: components["schemas"]["Stage"][];
                /** @description Last day, in UTC. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    download_chart_api_dashboard__chart__csv_get: {
        parameters: {
            query?: {
                /** @description Made by these people. */
                author?: string[];
                /** @description On images of these batches. */
                batch?: string[];
                /** @description First day, in UTC. */
                from?: string | null;
                /** @description Made with these models. */
                model?: string[];
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
                /** @description Made in these stages. */
                stage?: components["schemas"]["Stage"][];
                /** @description Last day, in UTC. */
                to?: string | null;
            };
            header?: never;
            path: {
                /** @description Which figures. */
                chart: components["schemas"]["Chart"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_machines_api_dashboard_machines_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MachinesOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    follow_events_api_events_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_exports_api_exports_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                limit?: number;
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    request_export_api_exports_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_export_api_exports__export_id__get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the export. */
                export_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    delete_export_api_exports__export_id__delete: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the export. */
                export_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    download_export_api_exports__export_id__file_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the export. */
                export_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_manifest_api_exports__export_id__manifest_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the export. */
                export_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportManifest"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_export_api_exports__export_id__retry_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the export. */
                export_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    preview_export_api_exports_preview_get: {
        parameters: {
            query?: {
                /** @description Of the masks' images. */
                batch_ids?: string[];
                /** @description With which the masks were made. */
                model_ids?: string[];
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
                /** @description Of the masks' images. */
                review_states?: components["schemas"]["WorkState"][];
                sources?: components["schemas"]["MaskSource"][];
                /** @description In which the masks were made. */
                stages?: components["schemas"]["Stage"][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportPreview"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    check_health_api_health_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    list_images_api_images_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                /** @description Of this batch alone. */
                batch?: string | null;
                /** @description With a mask of this label. */
                label?: string | null;
                limit?: number;
                /** @description With a mask of this model. */
                model?: string | null;
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
                /** @description With a mask made by one of these. */
                source?: components["schemas"]["MaskSource"][];
                /** @description With a mask of this stage. */
                stage?: components["schemas"]["Stage"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagePage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    import_images_api_images_post: {
        parameters: {
            query?: {
                /** @description Where they go; without it, the project's oldest batch. */
                batch?: string | null;
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_import_images_api_images_post"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_images_api_images_patch: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImagesChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagesResult"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_image_api_images__image_id__get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    accept_api_images__image_id__accept_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_embedding_api_images__image_id__embedding_get: {
        parameters: {
            query?: {
                /** @description Digest of the encoder; without it, that of the image's model. */
                encoder?: string | null;
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    flag_api_images__image_id__flag_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    put_off_api_images__image_id__later_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    take_lease_api_images__image_id__lease_put: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeaseOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    give_back_lease_api_images__image_id__lease_delete: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_masks_api_images__image_id__masks_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaskOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_overlay_api_images__image_id__overlay_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_picture_api_images__image_id__picture_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    reopen_api_images__image_id__reopen_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_embedding_api_images__image_id__retry_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    send_back_api_images__image_id__return_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    send_to_review_api_images__image_id__review_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    skip_api_images__image_id__skip_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    submit_api_images__image_id__submit_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_thumbnail_api_images__image_id__thumbnail_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_transitions_api_images__image_id__transitions_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the image. */
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransitionOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    decide_on_images_api_images_decide_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImagesDecision"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagesResult"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    delete_images_api_images_delete_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImagesDeletion"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagesResult"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_invitations_api_invitations_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    invite_api_invitations_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationMade"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    take_back_invitation_api_invitations__invitation_id__delete: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                invitation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    accept_invitation_api_invitations_accept_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationAccept"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    look_at_invitation_api_invitations_look_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationLook"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_jobs_api_jobs_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                before?: string | null;
                /** @description Of this kind alone. */
                kind?: components["schemas"]["JobKind"] | null;
                limit?: number;
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
                /** @description In this state alone. */
                state?: components["schemas"]["JobState"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_job_api_jobs__job_id__retry_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the job. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_overview_api_jobs_overview_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobsOverview"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_all_api_jobs_retry_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetryOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    save_mask_api_masks__mask_id__put: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the mask, made by the client (UUIDv7). */
                mask_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MaskIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaskOut"];
                };
            };
            /** @description The mask was saved. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaskOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    delete_mask_api_masks__mask_id__delete: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the mask, made by the client (UUIDv7). */
                mask_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    accept_proposal_api_masks__mask_id__accept_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the mask, made by the client (UUIDv7). */
                mask_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaskOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_logs_api_masks__mask_id__logs_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the mask, made by the client (UUIDv7). */
                mask_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaskLogOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    propose_again_api_masks__mask_id__propose_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the mask, made by the client (UUIDv7). */
                mask_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaskOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    reject_proposal_api_masks__mask_id__reject_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the mask, made by the client (UUIDv7). */
                mask_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaskOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    restore_mask_api_masks__mask_id__restore_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the mask, made by the client (UUIDv7). */
                mask_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaskOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_members_api_members_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_models_api_models_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredModel"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_decoder_api_models__model_id__decoder_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    promote_api_models__model_id__promote_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromotionIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredModel"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_re_embedding_api_models__model_id__re_embedding_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReEmbedding"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_active_model_api_models_active_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_promotions_api_models_promotions_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromotionOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_public_models_api_models_public_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicModels"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    cancel_public_download_api_models_public__name__cancel_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Name of a public model, such as vit_b. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicModelOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    download_public_model_api_models_public__name__download_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Name of a public model, such as vit_b. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicModelOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    upload_public_file_api_models_public__name__file_put: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Name of a public model, such as vit_b. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicModelOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    roll_back_api_models_rollback_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredModel"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_people_api_overview_people_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
                /** @description When the reader's day began; without it, the day in UTC. */
                today?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_project_api_project_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_project_api_project_patch: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_projects_api_projects_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectSummary"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    make_project_api_projects_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectSummary"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    delete_project_api_projects__project_id__delete: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the project. */
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectDeletion"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_quality_api_quality_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quality"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_queue_api_queue_get: {
        parameters: {
            query?: {
                /** @description The image that one comes from. */
                after?: string | null;
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    take_next_api_queue_next_post: {
        parameters: {
            query?: {
                /** @description The image that one comes from. */
                after?: string | null;
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NextOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_review_api_review_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewCounts"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    take_next_review_api_review_next_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NextOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_session_api_session_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    sign_in_api_session_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    sign_out_api_session_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_browsers_api_session_browsers_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BrowserOut"][];
                };
            };
        };
    };
    sign_out_others_api_session_browsers_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    sign_out_browser_api_session_browsers__browser_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                browser_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    sign_in_by_link_api_session_link_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_password_api_session_password_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_tokens_api_tokens_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiTokenOut"][];
                };
            };
        };
    };
    make_token_api_tokens_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiTokenIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiTokenMade"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    delete_token_api_tokens__token_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_outlook_api_training_outlook_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Outlook"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_rules_api_training_rules_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    set_rule_api_training_rules__stage__put: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                stage: components["schemas"]["Stage"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_runs_api_training_runs_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRunOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    start_run_api_training_runs_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRunOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    show_run_api_training_runs__run_id__get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRunOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    cancel_api_training_runs__run_id__cancel_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRunOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_points_api_training_runs__run_id__points_get: {
        parameters: {
            query?: {
                /** @description Of the steps behind this one. */
                after?: number;
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingPointOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_api_training_runs__run_id__retry_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRunOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_users_api_users_get: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_user_api_users__user_id__patch: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the user. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    make_link_api_users__user_id__link_post: {
        parameters: {
            query?: {
                /** @description The project; without it, one's oldest. Not needed where the path names a thing. */
                project?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the user. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
}
