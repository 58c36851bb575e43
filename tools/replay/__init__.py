"""The data engine's loop, replayed: simulated annotators, real server, real retraining (docs/replay.md)."""
