using FsCheck;
using FsCheck.Fluent;
using Lethe.Facts;

namespace Lethe.Tests.Media.Auditing;

/// <summary>
/// Facts at the paths that audits want, with texts as real systems have them, broken ones, and other kinds of text altogether.
/// </summary>
internal static class AnyFacts
{
    private static readonly string[] Names =
    [
        "sda",
        "dm-0",
        "zram0",
        "1",
        "4321",
        "a.conf",
        "swap",
        "default",
        "x y",
        "\u001b[31m",
        "6.1.0-9-amd64",
        "-rf",
        "..",
    ];

    private static readonly string[] Texts =
    [
        "",
        "0\n",
        "1\n",
        "-1",
        "18446744073709551616\n",
        "always [madvise] never\n",
        "|/usr/lib/systemd/systemd-coredump %P %u\n",
        "core\n",
        "none [integrity] confidentiality\n",
        "(null)",
        "BOOT_IMAGE=/vmlinuz root=/dev/mapper/root ro quiet init_on_free=1 page_poison=1 resume=UUID=1-2 crashkernel=256M mem_encrypt=on\n",
        "<6>[    0.02] mem auto-init: CONFIG_PAGE_POISONING is on, will take precedence over init_on_alloc and init_on_free\n<6>[    "
            + "0.02] mem auto-init: stack:off, heap alloc:on, heap free:on\n",
        "CONFIG_PAGE_POISONING=y\n# CONFIG_INIT_ON_FREE_DEFAULT_ON is not set\nCONFIG_STRICT_DEVMEM=y\nCONFIG_ZRAM=m\n",
        "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/dm-1                               "
            + "partition\t1048572\t\t0\t\t-2\n/swap\\040file                            file\t\t99999999999999999999\t\tx\n",
        "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n22 1 0:21 / /dev/shm rw,nosuid,nodev - tmpfs "
            + "tmpfs rw,size=1g,noswap\n37 36 8:1 / / - \n",
        "tmpfs /tmp tmpfs rw,nosuid,noswap 0 0\n/dev/sda2 none swap sw,discard 0 0\nUUID=1 /home ext4 discard\n#\n",
        "swap0 /dev/sda2 /dev/urandom swap,cipher=aes-xts-plain64\nroot UUID=1 none luks,discard\nx\n",
        "major minor  #blocks  name\n\n   8        0  104857600 sda\n 254        0    1048576 dm-0\n",
        "CRYPT-PLAIN-swap0",
        "CRYPT-LUKS2-0123456789abcdef-root",
        "LVM-abc",
        "MemTotal:       16384000 kB\nHugePages_Total:       4\nHugePages_Free:    99999999999999999999\nHugepagesize:    2048 kB\n",
        "Name:\tssh-agent\nUid:\t1000\t1000\t1000\t1000\nVmLck:\t       0 kB\nVmSwap:\t  44 kB\n",
        "Limit                     Soft Limit           Hard Limit           Units     \nMax locked memory         8388608              "
            + "unlimited            bytes     \n",
        "[Service]\nLimitCORE=0\nExecStart=/bin/x \\\n  y\n[Coredump]\nStorage=none\n",
        "processor\t: 0\nflags\t\t: fpu sme sev sev_es tdx_guest\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostIPC: true\n  containers:\n  - name: c\n    securityContext: "
            + "{capabilities: {add: [IPC_LOCK]}}\n  volumes:\n  - name: v\n    emptyDir: {medium: Memory, sizeLimit: 1Gi}\n",
        "{\"boot-source\":{\"boot_args\":\"quiet\"},\"drives\":[{\"path_on_host\":\"/x\"}],"
            + "\"machine-config\":{\"mem_size_mib\":128,\"huge_pages\":\"2M\"},"
            + "\"ociVersion\":\"1.0\",\"mounts\":[{\"type\":\"tmpfs\",\"options\":[\"noswap\"]}],\"linux\":{}}",
        "<domain type='kvm'><name>a/../b</name><memory unit='KiB'>1</memory><memoryBacking><nosharepages/><locked/><source "
            + "type='file'/></memoryBacking><devices><memballoon model='virtio'/></devices></domain>",
        "qemu-system-x86_64\0-m\01G\0-machine\0q35,mem-merge=on,dump-guest-core=off\0"
            + "-object\0memory-backend-file,id=m,mem-path=/dev/shm/x,share=on\0",
        "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\n  x = [1, 2]\n",
        "0x0000 1 1000 600 4096 0 9 9 1000 1000 0 0 1 0 0 0\n",
        "\0\0\0\0",
        "\ufffd\ufffd\u001b[2J\r\r\n",
        new string('x', 5000),
        new string('\n', 3000),
        "===",
        ": : :",
        "\"",
        "[[[[",
        "{{{{",
        "<<<<",
    ];

    /// <summary>Any facts of a scope, of those that patterns mean.</summary>
    public static Gen<HostFacts> Of(FactScope scope, IReadOnlyList<string> wants)
    {
        Gen<string> broken =
            from first in Gen.Elements(Texts)
            from other in Gen.Elements(Texts)
            from cut in Gen.Choose(0, 200)
            from at in Gen.Choose(0, 200)
            select first[..Math.Min(cut, first.Length)] + other[Math.Min(at, other.Length)..];
        Gen<string> text = Gen.OneOf(Gen.Elements(Texts), broken);
        Gen<FactEntry> entry =
            from name in Gen.Elements(Names)
            from length in Gen.Elements(0L, 1L, long.MaxValue, -1L)
            from owner in Gen.Elements(0u, 1000u, uint.MaxValue)
            from target in Gen.Elements<string?>(null, "../../devices/x", "/dev/null", "memfd:x (deleted)", "")
            select new FactEntry(name, length, owner, target);
        Gen<Fact> fact =
            from pattern in Gen.Elements(wants.ToArray())
            from name in Gen.Elements(Names)
            let path = pattern.Replace("*", name, StringComparison.Ordinal)
            from content in text
            from entries in entry.ArrayOf()
            from kind in Gen.Choose(0, 9)
            select kind == 0 ? new Fact(path, Problem: "permission denied; run as root")
            : kind == 1 ? new Fact(path, content, Problem: "only its first 9 bytes were read")
            : path.EndsWith('/') ? new Fact(path, Entries: entries)
            : new Fact(path, content);
        return from facts in fact.ListOf(wants.Count)
            from looked in Gen.Elements<IReadOnlyList<string>>(
                wants,
                Array.Empty<string>(),
                wants.Where((_, index) => index % 2 == 0).ToArray()
            )
            select new HostFacts("any", scope, looked, facts);
    }
}
