# Leaves programs started by the shell with nohup and setsid. Contained: they end with the submission.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import subprocess

for _ in range(5):
    subprocess.run("setsid nohup sleep 31.4159 >/dev/null 2>&1 &", shell=True)
subprocess.Popen(["/bin/sh", "-c", "exec sleep 31.4159"], start_new_session=True, process_group=None)
