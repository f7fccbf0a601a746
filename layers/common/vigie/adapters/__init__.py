"""The outside, behind the ports: the only package that imports botocore and httpx. Only `vigie.wiring` imports it."""
