"""The core at work: pipeline, turns, runs, and the service that every face calls."""
