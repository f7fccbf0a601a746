"""Vigie on this machine: the embedded AWS, the deployment to it, and the demonstration."""
