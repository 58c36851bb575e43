"""The web application: HTTP, SQL, files and jobs. Machine learning lives in `engine`."""
