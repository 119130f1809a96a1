"""NVIDIA FLARE carries the link between sites and hub: the extra ``fdd[flare]``.

A consortium that already runs a FLARE network keeps it: its one open port, its certificates, its
firewall rules. Each site's FLARE client holds a ``SiteRelay``, the FLARE server a ``HubRelay``.
Both are site-level components that their own operator puts into their own ``local/resources.json``,
so no job and no code travels. What they carry are the link's signed requests, as bytes.

    fdd-client ─ Unix socket ─ FLARE client ═ mutual TLS, FLARE's port ═ FLARE server ─ HTTPS ─ hub

Site, hub, protocol, policy, journal and rounds are the same as without FLARE.
"""
