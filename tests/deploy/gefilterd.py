"""`python -m tests.deploy.gefilterd`: `gevolg serve`, to which the kernel refuses what systemd would.

`GEFILTERD` names the system calls that are refused, with commas; each that was tried is written to `GEFILTERD_NAAR`.
"""

import os
import sys

if __name__ == "__main__":
    geweigerd = ",".join(f"?{naam}" for naam in os.environ.pop("GEFILTERD").split(","))
    naar = os.environ.pop("GEFILTERD_NAAR")
    strace = ["strace", "-D", "-qq", "-f", "--seccomp-bpf", "-o", naar, "-e", "signal=none"]
    programma = [sys.executable, "-m", "actors.cli.main", "serve", *sys.argv[1:]]
    os.execvp("strace", [*strace, "-e", f"inject={geweigerd}:error=EPERM", "-e", f"trace={geweigerd}", *programma])  # noqa: S606, S607 - the strace of this machine
