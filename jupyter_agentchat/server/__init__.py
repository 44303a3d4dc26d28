"""The Jupyter server extension: the only place that mounts faces."""
