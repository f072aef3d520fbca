"""Other servers: modalities and peers, how they are configured, and what a request to them answers."""
