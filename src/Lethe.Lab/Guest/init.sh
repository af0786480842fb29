#!/bin/busybox sh
# First program of the laboratory's guest: makes the usual mounts, loads the disk driver, becomes the keeper.
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
# Limits for a workload under lethe run. Kernels without it leave that to lethe to say.
/bin/busybox mount -t cgroup2 cgroup2 /sys/fs/cgroup
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mkdir -p /dev/pts /dev/shm /run /tmp /mnt
/bin/busybox mount -t devpts devpts /dev/pts
/bin/busybox mount -t tmpfs tmpfs /dev/shm
/bin/busybox mount -t tmpfs tmpfs /run
/bin/busybox mkdir -p /dev/hugepages
/bin/busybox mount -t hugetlbfs -o pagesize=2M hugetlbfs /dev/hugepages
/bin/busybox mkdir /run/user
# What the keeper mounts later is to be seen in the workload's own mount namespace, too.
/bin/busybox mount --make-rshared /
/bin/busybox ip link set lo up
# Only now is there a program to load modules: while the kernel starts, built-in parts of it (crypto_kdf108_init, init_encrypted)
# would call it for algorithms that are built in as well or not in this image.
/bin/busybox ln -s /bin/kmod /sbin/modprobe
# The last one tells QEMU where the kernel's VMCOREINFO note is, for the headers of dumps.
/sbin/modprobe -a virtio_pci virtio_blk qemu_fw_cfg
# Goes on from a hibernation image on the swap disk, if there is one; otherwise it does nothing.
/bin/busybox cat /sys/class/block/vdb/dev >/sys/power/resume
ulimit -c unlimited
# No udev here: cryptsetup must not wait for it.
export PATH=/bin:/sbin:/usr/bin:/usr/sbin DM_DISABLE_UDEV=1
# The guest has little memory.
export LETHE_HEAP=0x4000000
# The port is opened once and kept: its settings are lost when the last user closes it.
exec <>/dev/ttyS1 >&0
/bin/busybox stty raw -echo
exec /bin/lethe guest-keeper
