"""Submits a job to FLARE: ``python fdd_peer_submit.py USER KIT JOB``; prints its identifier."""

import sys

from nvflare.fuel.flare_api.flare_api import new_secure_session

session = new_secure_session(sys.argv[1], sys.argv[2])
try:
    print(session.submit_job(sys.argv[3]))
finally:
    session.close()
