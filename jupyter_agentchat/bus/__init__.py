"""Fan-out: brokers carry publications from a channel's sequencer to its readers."""
