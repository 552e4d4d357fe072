"""A Debian with cgroup v2 that qemu boots from a disk of its own, and that ssh leads into."""

import base64
import contextlib
import shlex
import shutil
import subprocess

from harness.machine import debian_root
from harness.process import Daemon, run
from harness.server import free_port

RELEASE = "trixie"
# What the machine boots with, and what Docker's packages recommend; Docker itself is only fetched, for it is installed
# by the command of the documentation.
PACKAGES = (
    "systemd-sysv,dbus,udev,kmod,linux-image-cloud-amd64,initramfs-tools,openssh-server,iproute2,sudo,curl,python3,busybox-static,"
    "podman,nftables,apparmor,iptables,adduser,ca-certificates,dbus-user-session,git,needrestart,xz-utils,criu,docker-buildx")
FETCHED = "docker.io docker-cli libcurl4t64 libevent-core-2.1-7t64 libevent-extra-2.1-7t64 libevent-pthreads-2.1-7t64"
CUSTOMIZE = "; ".join([
    "set -e",
    r"printf '[Match]\nName=e*\n[Network]\nDHCP=yes\n' >$1/etc/systemd/network/vm.network",
    "echo nameserver 10.0.2.3 >$1/etc/resolv.conf",  # qemu's
    "echo /dev/vda / ext4 rw,noatime 0 1 >$1/etc/fstab",
    "echo vm >$1/etc/hostname",
    "echo 127.0.1.1 vm >>$1/etc/hosts",  # sudo looks for it
    """echo 'APT::Get::Assume-Yes "true"; DPkg::Use-Pty "false";' >$1/etc/apt/apt.conf.d/test""",
    "chroot $1 systemctl --quiet enable systemd-networkd ssh",
    "chroot $1 apt-get clean",
    f"chroot $1 apt-get --quiet=2 --download-only install {FETCHED}",
])


def make_disk(directory):
    """A disk, and beside it the kernel and what it boots with."""
    tree, disk = directory / "root", directory / "disk"
    tree.mkdir()
    run("tar", "-C", tree, "-xf", debian_root(
        "vm", RELEASE, "--variant=apt", f"--include={PACKAGES}", "--skip=cleanup/apt", f"--customize-hook={CUSTOMIZE}"))
    for name, pattern in [("vmlinuz", "vmlinuz-*"), ("initrd", "initrd.img-*")]:
        shutil.copy(next((tree / "boot").glob(pattern)), directory / name)
    with open(disk, "wb") as file:
        file.truncate(8 << 30)
    run("mkfs.ext4", "-q", "-F", "-d", tree, disk)
    shutil.rmtree(tree)


class VirtualMachine(Daemon):
    def __init__(self, directory, accelerator):
        self.directory = directory
        self.connection = None
        make_disk(directory)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory / "key")
        key = base64.b64encode((directory / "key.pub").read_bytes()).decode()
        port = free_port()
        self.ssh = [
            "ssh", "-q", "-F", "none", "-i", directory / "key", "-p", str(port), "-o", "StrictHostKeyChecking=no",
            "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=50", "-o", "ServerAliveInterval=30",
            "-o", f"ControlPath={directory / 'ssh'}", "root@127.0.0.1"]
        # ssh.authorized_keys.root: systemd.system-credentials(7)
        super().__init__(
            "qemu-system-x86_64", "-accel", accelerator, "-cpu", "max", "-m", "3072", "-smp", "2", "-nographic",
            "-nodefaults", "-serial", "stdio", "-kernel", directory / "vmlinuz", "-initrd", directory / "initrd",
            "-append", "root=/dev/vda rw console=ttyS0 mitigations=off", "-device", "virtio-rng-pci",
            "-drive", f"file={directory / 'disk'},format=raw,if=virtio,cache=unsafe",
            "-netdev", f"user,id=net,hostfwd=tcp:127.0.0.1:{port}-:22", "-device", "virtio-net-pci,netdev=net",
            "-smbios", f"type=11,value=io.systemd.credential.binary:ssh.authorized_keys.root={key}")

    def do(self, *command, **options):
        """Runs a command as root."""
        environment = ["DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_SUSPEND=1", "LC_ALL=C.UTF-8"]
        return run(*self.ssh, shlex.join(["env", *environment, *command]), **{"timeout": 900, **options})

    def copy(self, *paths):
        """Copies paths of the project to the same places below /root."""
        with subprocess.Popen(["tar", "-c", *paths], stdout=subprocess.PIPE) as tar:
            run(*self.ssh, "tar -C /root -x", stdin=tar.stdout)

    @contextlib.contextmanager
    def forwarded(self, path):
        """A socket of the machine, here."""
        here = self.directory / "forwarded"
        run(*self.ssh, "-O", "forward", "-L", f"{here}:{path}")
        yield str(here)
        run(*self.ssh, "-O", "cancel", "-L", f"{here}:{path}")
        here.unlink()

    def boot_number(self):
        """Of the boot that has come to its end, or None."""
        with contextlib.suppress(RuntimeError, subprocess.TimeoutExpired):
            state, number = self.do(
                "sh", "-c", "systemctl is-system-running; cat /proc/sys/kernel/random/boot_id", timeout=60).split()
            return number if state in ("running", "degraded") else None
        return None

    def await_boot(self, before=None):
        self.await_answer(lambda: self.boot_number() not in (None, before), 900)
        # One connection for all that follows: a new one takes an emulated processor a second.
        self.connection = Daemon(*self.ssh, "-M", "-N")

    def reboot(self):
        before = self.boot_number()
        with contextlib.suppress(RuntimeError):  # the connection may end first
            self.do("systemctl", "reboot")
        self.connection.end()
        self.await_boot(before)

    def state(self, unit):
        return self.do("systemctl", "show", "-P", "ActiveState", unit)

    def end(self):
        if self.connection:
            self.connection.end()
        super().end()
