"""What a server is apart from what it stores: its settings, who may use it, and the servers that it knows."""
