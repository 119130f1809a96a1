"""Ctrl-C while RDKit works: a process of its own, because the signal is the process's."""

import signal
import subprocess
import sys
import time

import pytest

PROGRAM = """
from fdd.interrupts import catch_interrupts
catch_interrupts()
import sys
from rdkit import Chem, RDLogger
RDLogger.DisableLog("rdApp.*")
molecule = Chem.MolFromSmiles("CC(C)Cc1ccc(cc1)C(C)C(=O)NCCN1CCN(CC1)c1ccc2ncccc2c1")
for _ in range(3):
    print("working", flush=True)
    try:
        while True:
            Chem.MolToInchiKey(molecule)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
print("sleeping", flush=True)
try:
    import time
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.fixture
def program():
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def test_no_interrupt_is_lost_while_inchis_are_made(program):
    for _ in range(3):
        assert program.stdout.readline() == "working\n"
        time.sleep(0.3)  # well inside the loop
        program.send_signal(signal.SIGINT)
        assert program.stdout.readline() == "interrupted\n"
    assert program.stdout.readline() == "sleeping\n"
    program.send_signal(signal.SIGINT)
    assert program.wait(30) == 130
