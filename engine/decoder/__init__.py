"""The mask decoder rearranged for clicks: the answers of `Sam.decode` for a fraction of the work per click.

The image's positions are by far the most of what the decoder holds: 4,096 in the public models, against some
seven prompt tokens. A prompt changes them by low-rank updates only: each attention from image to tokens adds,
at every position, a mixture of as many vectors as there are heads and tokens, and a mask prompt one of 16.
So the changed image is never built. Every product with it is

    (the same product with the unchanged image, known once per image) + (rows of weights) @ (a small matrix)

and the layer norms in between, which divide every position by its standard deviation, need the variance only:
a quadratic form of the same two parts. This is algebra, not approximation.

    image_terms.py   once per image: products with the unchanged image
    mask_rows.py     once per refining click: the rows that a mask prompt adds
    click.py         per click: tokens, rows, upscaling

FORMAT_VERSION counts the changes of the exported graphs' inputs and outputs.

Letters in shapes: C channels, I positions of the grid, h heads of d channels each, T tokens, R rows.
"""

FORMAT_VERSION = 2
