using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing;

public sealed class ContainerAuditTests
{
    private const string Weak = """
        apiVersion: v1
        kind: Pod
        metadata: {name: "we\"b", namespace: shop}
        spec:
          hostIPC: true
          hostPID: true
          containers:
          - name: server
            securityContext: {privileged: true}
          volumes:
          - name: scratch
            emptyDir: {}
          - name: keys
            secret: {secretName: keys}
          - name: host
            hostPath: {path: /srv}
        """;

    private const string Strong = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec:
          restartPolicy: Never
          containers:
          - name: server
            securityContext:
              readOnlyRootFilesystem: true
              capabilities: {add: [IPC_LOCK]}
              seccompProfile: {type: Localhost, localhostProfile: tight.json}
            volumeMounts: [{name: host, mountPath: /srv, readOnly: true}]
          volumes:
          - name: scratch
            emptyDir: {medium: Memory}
          - name: host
            hostPath: {path: /srv}
        """;

    private const string Swapping = "kind: KubeletConfiguration\nfailSwapOn: false\nmemorySwap: {swapBehavior: LimitedSwap}",
        Refusing = "kind: KubeletConfiguration\n";

    private const string BareContainer = """
        {"ociVersion": "1.2.0", "process": {"capabilities": {"effective": ["CAP_SYS_PTRACE"]}}, "root": {"path": "rootfs"},
         "mounts": [{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"},
                    {"destination": "/dev/shm", "type": "bind", "source": "/run/sandbox/shm"}],
         "linux": {"namespaces": [{"type": "mount"}]}}
        """;

    private const string TightContainer = """
        {"ociVersion": "1.2.0",
         "process": {"capabilities": {"effective": []},
                     "rlimits": [{"type": "RLIMIT_CORE", "hard": 0, "soft": 0},
                                 {"type": "RLIMIT_MEMLOCK", "hard": 1048576, "soft": 1048576}]},
         "root": {"path": "rootfs", "readonly": true},
         "mounts": [{"destination": "/tmp", "type": "tmpfs", "options": ["noswap"]},
                    {"destination": "/dev/shm", "type": "tmpfs", "options": ["noswap"]}],
         "linux": {"namespaces": [{"type": "ipc"}, {"type": "pid"}],
                   "seccomp": {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]}}}
        """;

    private const string WeakUnit = "[Service]\nExecStart=/bin/a\nUser=web\nKeyringMode=inherit",
        TightUnit =
            "[Service]\nUser=web\nLimitCORE=0\nMemorySwapMax=0\nMemoryZSwapMax=0\nPrivateTmp=yes\nRemoveIPC=yes\nKeyringMode=private";

    private const string BrokenYaml = "kind: Pod\nspec: [", BrokenJson = "{";

    public static TheoryData<string, string, string, Posture> Fixtures => new()
    {
        { "tmpfs/memory-volumes-not-swapped", "kubernetes", $"{Weak}\n---\n{Swapping}", Posture.Unknown },
        { "tmpfs/memory-volumes-not-swapped", "kubernetes", Weak, Posture.Unknown },
        { "tmpfs/memory-volumes-not-swapped", "kubernetes", $"{Strong}\n---\n{Refusing}", Posture.Closed },
        { "tmpfs/container-mounts-not-swapped", "oci", BareContainer, Posture.Open },
        { "tmpfs/container-mounts-not-swapped", "oci", TightContainer, Posture.Closed },
        { "tmpfs/container-mounts-not-swapped", "oci", BrokenJson, Posture.Unknown },
        { "tmpfs/private-to-service", "unit", WeakUnit, Posture.Open },
        { "tmpfs/private-to-service", "unit", TightUnit, Posture.Closed },
        { "posix-shared-memory/not-the-hosts", "kubernetes", Weak, Posture.Open },
        { "posix-shared-memory/not-the-hosts", "kubernetes", Strong, Posture.Closed },
        { "posix-shared-memory/not-the-hosts", "kubernetes", BrokenYaml, Posture.Unknown },
        {
            "posix-shared-memory/not-the-hosts",
            "kubernetes",
            "kind: Pod\nspec: {containers: [{name: a}], volumes: [{name: b, hostPath: {path: /dev/shm/}}]}",
            Posture.Open
        },
        { "posix-shared-memory/not-the-hosts", "oci", BareContainer, Posture.Open },
        { "posix-shared-memory/not-the-hosts", "oci", TightContainer, Posture.Closed },
        { "posix-shared-memory/not-the-hosts", "docker", """{"default-ipc-mode": "shareable"}""", Posture.Open },
        { "posix-shared-memory/not-the-hosts", "docker", "{}", Posture.Closed },
        { "posix-shared-memory/ends-with-container", "kubernetes", Weak, Posture.Open },
        { "posix-shared-memory/ends-with-container", "kubernetes", Strong, Posture.Closed },
        { "posix-shared-memory/ends-with-container", "oci", BareContainer, Posture.Open },
        { "posix-shared-memory/ends-with-container", "oci", TightContainer, Posture.Closed },
        { "posix-shared-memory/ends-with-container", "oci", BrokenJson, Posture.Unknown },
        { "posix-shared-memory/removed-with-service", "unit", WeakUnit, Posture.Open },
        { "posix-shared-memory/removed-with-service", "unit", "[Service]\nRemoveIPC=yes", Posture.Open },
        { "posix-shared-memory/removed-with-service", "unit", TightUnit, Posture.Closed },
        { "swap/pods-not-swapped", "kubelet", Swapping, Posture.Open },
        { "swap/pods-not-swapped", "kubelet", Refusing, Posture.Closed },
        { "swap/pods-not-swapped", "kubelet", "kind: KubeletConfiguration\nfailSwapOn: false", Posture.Closed },
        {
            "swap/pods-not-swapped",
            "kubelet",
            "kind: KubeletConfiguration\nfailSwapOn: false\nmemorySwap: {swapBehavior: FutureSwap}",
            Posture.Unknown
        },
        { "swap/containers-can-lock", "kubernetes", "kind: Pod\nspec: {containers: [{name: a}]}", Posture.Open },
        { "swap/containers-can-lock", "kubernetes", Strong, Posture.Closed },
        { "swap/containers-can-lock", "kubernetes", BrokenYaml, Posture.Unknown },
        { "swap/containers-can-lock", "oci", BareContainer, Posture.Open },
        { "swap/containers-can-lock", "oci", TightContainer, Posture.Closed },
        { "swap/services-not-swapped", "unit", WeakUnit, Posture.Open },
        { "swap/services-not-swapped", "unit", TightUnit, Posture.Closed },
        {
            "memfd/blocked-in-containers",
            "kubernetes",
            "kind: Pod\nspec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: a}]}",
            Posture.Open
        },
        { "memfd/blocked-in-containers", "kubernetes", Strong, Posture.Unknown },
        { "memfd/blocked-in-containers", "oci", BareContainer, Posture.Open },
        { "memfd/blocked-in-containers", "oci", TightContainer, Posture.Closed },
        { "scratch-storage/empty-directories-in-memory", "kubernetes", Weak, Posture.Open },
        { "scratch-storage/empty-directories-in-memory", "kubernetes", Strong, Posture.Closed },
        { "scratch-storage/empty-directories-in-memory", "kubernetes", BrokenYaml, Posture.Unknown },
        { "scratch-storage/no-host-paths", "kubernetes", Weak, Posture.Open },
        { "scratch-storage/no-host-paths", "kubernetes", Strong, Posture.Closed },
        { "scratch-storage/no-host-paths", "kubernetes", BrokenYaml, Posture.Unknown },
        { "scratch-storage/container-layer-unwritten", "kubernetes", Weak, Posture.Open },
        { "scratch-storage/container-layer-unwritten", "kubernetes", Strong, Posture.Closed },
        { "scratch-storage/container-layer-unwritten", "oci", BareContainer, Posture.Open },
        { "scratch-storage/container-layer-unwritten", "oci", TightContainer, Posture.Closed },
        { "scratch-storage/container-layer-unwritten", "oci", BrokenJson, Posture.Unknown },
        { "scratch-storage/engine-directory", "containerd", "root = \"/var/lib/containerd\"", Posture.Open },
        { "scratch-storage/engine-directory", "docker", """{"data-root": "/run/docker-data"}""", Posture.Closed },
        { "scratch-storage/engine-directory", "containerd", "root = ", Posture.Unknown },
        { "core-dump/containers-limited", "oci", BareContainer, Posture.Open },
        { "core-dump/containers-limited", "oci", TightContainer, Posture.Closed },
        { "core-dump/containers-limited", "oci", BrokenJson, Posture.Unknown },
        { "core-dump/containers-limited", "docker", "{}", Posture.Open },
        {
            "core-dump/containers-limited",
            "docker",
            """{"default-ulimits": {"core": {"Name": "core", "Hard": 0, "Soft": 0}}}""",
            Posture.Closed
        },
        { "core-dump/services-limited", "unit", WeakUnit, Posture.Open },
        { "core-dump/services-limited", "unit", TightUnit, Posture.Closed },
        { "core-dump/services-limited", "unit", "[Service]\nCoredumpFilter=elf-headers 0x10", Posture.Closed },
        { "core-dump/services-limited", "unit", "[Service]\nCoredumpFilter=default", Posture.Open },
        { "core-dump/services-limited", "unit", "[Service]\nCoredumpFilter=0x33", Posture.Open },
        { "keyring/private-to-service", "unit", WeakUnit, Posture.Open },
        { "keyring/private-to-service", "unit", TightUnit, Posture.Closed },
        { "keyring/private-to-service", "unit", "[Service]\nKeyringMode=future", Posture.Unknown },
        { "logs/engine-log-driver", "docker", """{"log-driver": "json-file"}""", Posture.Open },
        { "logs/engine-log-driver", "docker", """{"log-driver": "none"}""", Posture.Closed },
        { "logs/engine-log-driver", "docker", """{"log-driver": "fluentd"}""", Posture.Unknown },
        { "ways-to-read/containers", "kubernetes", Weak, Posture.Open },
        { "ways-to-read/containers", "kubernetes", Strong, Posture.Closed },
        { "ways-to-read/containers", "oci", BareContainer, Posture.Open },
        { "ways-to-read/containers", "oci", TightContainer, Posture.Closed },
        { "ways-to-read/containers", "oci", BrokenJson, Posture.Unknown },
    };

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Configurations_are_judged(string rule, string form, string text, Posture expected) =>
        Assert.Equal(expected, Judged.Worst(rule, Judged.Given(form, text)));

    [Theory]
    [InlineData("6.1.90", Posture.Open)]
    [InlineData("6.4.0", Posture.Closed)]
    [InlineData("7.0", Posture.Closed)]
    [InlineData("next", Posture.Unknown)]
    public void Memory_volumes_are_kept_out_of_swap_by_newer_kernels(string release, Posture expected)
    {
        var kernel = new Fact(
            "/boot/config-0001-x",
            $"#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 {release} Kernel Configuration\n#\nCONFIG_SWAP=y"
        );
        Assert.Equal(
            expected,
            Judged.Worst("tmpfs/memory-volumes-not-swapped", Judged.Given("kubernetes", $"{Weak}\n---\n{Swapping}", kernel))
        );
    }

    [Fact]
    public void A_running_node_without_swap_is_closed_whatever_its_kubelet_would_allow()
    {
        var facts = new HostFacts("node", FactScope.Host, MediaMatrix.Wants, [
            new Fact("/var/lib/kubelet/config.yaml", Swapping),
            new Fact("/proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"),
            new Fact("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n"),
            new Fact("/etc/kubernetes/manifests/a.yaml", Strong), new Fact("/etc/systemd/system/a.service", WeakUnit),
        ]);
        Assert.Equal(Posture.Closed, Judged.Worst("tmpfs/memory-volumes-not-swapped", facts));
        Assert.Equal(Posture.Closed, Judged.Worst("swap/services-not-swapped", facts));
    }

    [Theory]
    [InlineData("tmpfs/private-to-service")]
    [InlineData("posix-shared-memory/removed-with-service")]
    [InlineData("swap/services-not-swapped")]
    [InlineData("core-dump/services-limited")]
    [InlineData("keyring/private-to-service")]
    public void Services_that_cannot_be_read_are_unknown(string rule)
    {
        var facts = new HostFacts(
            "test",
            FactScope.Host,
            MediaMatrix.Wants,
            [new Fact("/etc/systemd/system/a.service", Problem: "permission denied; run as root")]
        );
        Judgement judgement = Assert.Single(Judged.By(rule, facts));
        Assert.Equal(
            (Posture.Unknown, "needs /etc/systemd/system/a.service: permission denied; run as root"),
            (judgement.State, judgement.Summary)
        );
    }

    [Fact]
    public void Links_to_units_of_packages_are_not_judged()
    {
        var facts = new HostFacts("test", FactScope.Host, MediaMatrix.Wants, [
            new Fact("/etc/systemd/system/sshd.service", WeakUnit),
            new Fact("/etc/systemd/system/", Entries: [new FactEntry("sshd.service", 0, 0, "/usr/lib/systemd/system/ssh.service")]),
        ]);
        Assert.Empty(Judged.By("core-dump/services-limited", facts));
    }

    [Theory]
    [InlineData("posix-shared-memory/not-the-hosts", "kubernetes", Weak)]
    [InlineData("scratch-storage/empty-directories-in-memory", "kubernetes", Weak)]
    [InlineData("scratch-storage/container-layer-unwritten", "kubernetes", Weak)]
    [InlineData("swap/pods-not-swapped", "kubelet", Swapping)]
    public void A_patch_asks_for_what_closes_the_finding(string rule, string form, string text)
    {
        RepairFile[] files = [.. Judged.By(rule, Judged.Given(form, text)).SelectMany(judgement => judgement.Repairs).OfType<RepairFile>()];
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotContain("..", file.Path, StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(Posture.Closed, Judged.Worst(rule, Judged.Given(form, Whole(file.Content)))));

        // A patch leaves out what it does not change; a pod has containers.
        string Whole(string patch) =>
            form == "kubelet" || patch.Contains("containers:", StringComparison.Ordinal)
                ? patch
                : patch + "  containers: [{name: server}]\n";
    }

    [Fact]
    public void A_patch_names_the_object_and_is_sound_YAML_whatever_the_name()
    {
        RepairFile file = Assert.Single(
            Judged.By("posix-shared-memory/not-the-hosts", Judged.Given("kubernetes", Weak)).Single().Repairs.OfType<RepairFile>()
        );
        Assert.Equal("kubernetes/pod-shop-we_b.own-ipc.yaml", file.Path);
        Lethe.Facts.Trees.ConfigurationNode patch = Assert.Single(Lethe.Facts.Trees.YamlTree.Parse(file.Content, file.Path));
        Assert.Equal(("we\"b", "false"), (patch["metadata"]["name"].Value, patch["spec"]["hostIPC"].Value));
    }

    [Fact]
    public void Drop_ins_close_what_services_leave_open()
    {
        string[] rules =
        [
            "tmpfs/private-to-service",
            "posix-shared-memory/removed-with-service",
            "swap/services-not-swapped",
            "core-dump/services-limited",
            "keyring/private-to-service",
        ];
        DropIn[] repairs =
        [
            .. rules
                .SelectMany(rule => Judged.By(rule, Judged.Given("unit", WeakUnit)))
                .SelectMany(judgement => judgement.Repairs)
                .OfType<DropIn>(),
        ];
        Assert.All(repairs, repair => Assert.Equal(("etc/systemd/system/file.d/90-lethe.conf", "Service"), (repair.Path, repair.Section)));
        string repaired = $"{WeakUnit}\n{string.Join('\n', repairs.Select(repair => $"{repair.Key}={repair.Value}"))}";
        Assert.All(rules, rule => Assert.Equal(Posture.Closed, Judged.Worst(rule, Judged.Given("unit", repaired))));
    }

    [Fact]
    public void Broken_files_do_no_harm_to_any_rule()
    {
        (string Form, string Text)[] seeds =
        [
            ("kubernetes", Weak),
            ("kubernetes", $"{Strong}\n---\n{Swapping}"),
            ("oci", BareContainer),
            ("oci", TightContainer),
            ("unit", TightUnit),
            ("docker", """{"log-driver": "local", "default-ulimits": {"core": {"Hard": 1}}}"""),
        ];
        Func<HostFacts, IEnumerable<Judgement>>[] judges = [.. MediaMatrix.Rules.Select(one => one.Rule.Judge)];
        var random = new Random(20261122);
        for (int number = 0; number < 20_000; number++)
        {
            (string form, string text) = seeds[number % seeds.Length];
            for (int change = random.Next(1, 4); change > 0 && text.Length > 0; change--)
            {
                int place = random.Next(text.Length), end = random.Next(place, text.Length);
                text = random.Next(4) switch
                {
                    0 => text[..place],
                    1 => text.Remove(place, Math.Min(8, end - place)),
                    2 => text.Insert(place, ((char)random.Next(1, 0x800)).ToString()),
                    _ => text.Insert(place, text[place..Math.Min(end, place + 30)]),
                };
            }

            HostFacts facts = Judged.Given(form, text);
            foreach (Func<HostFacts, IEnumerable<Judgement>> judge in judges)
            foreach (Judgement judgement in judge(facts))
                Assert.NotNull(judgement.Summary);
        }
    }
}
