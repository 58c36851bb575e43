"""Prints the OpenAPI document of the backend; src/api/schema.d.ts is made from it."""

import json
import tempfile
from pathlib import Path

from backend.app import create_app
from backend.runtime import open_runtime
from backend.settings import Settings

with tempfile.TemporaryDirectory() as folder:
    app = create_app(open_runtime(Settings(data_dir=Path(folder))))
    print(json.dumps(app.openapi()))
