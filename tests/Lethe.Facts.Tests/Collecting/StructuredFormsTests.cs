using Lethe.Facts;
using Lethe.Facts.Collecting;
using Lethe.Facts.Views;
using Lethe.Tests.Facts.Containers;
using Lethe.Tests.Facts.Guests;

namespace Lethe.Tests.Facts.Collecting;

public sealed class StructuredFormsTests
{
    [Theory]
    [InlineData("web.xml", GuestMachinesTests.Domain, "libvirt")]
    [InlineData("run.sh", GuestMachinesTests.Qemu, "qemu")]
    [InlineData("run.sh", "cd /srv && /usr/bin/qemu-system-x86_64 -append root=/dev/vda", "qemu")]
    [InlineData("configuration.toml", GuestMachinesTests.Kata, "kata")]
    [InlineData("vm.json", GuestMachinesTests.Firecracker, "firecracker")]
    [InlineData("load.json", GuestMachinesTests.Snapshot, "firecracker")]
    [InlineData("run.sh", GuestMachinesTests.CloudHypervisor, "cloud-hypervisor")]
    [InlineData("runsc.toml", "[runsc_config]\nplatform = \"kvm\"", "gvisor")]
    [InlineData("all.yaml", "---\napiVersion: apps/v1\nkind: Deployment\n", "kubernetes")]
    [InlineData("config.yaml", "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n", "kubelet")]
    [InlineData("pod.json", """{"apiVersion": "v1", "kind": "Pod"}""", "kubernetes")]
    [InlineData("config.json", ContainerConfigurationTests.Oci, "oci")]
    [InlineData("daemon.json", "{}", "docker")]
    [InlineData("config.toml", "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\n", "containerd")]
    [InlineData("web.service", "[Unit]\n[Service]\nExecStart=/bin/true", "unit")]
    [InlineData("options.json", """{"boot.kernel.sysctl": {"vm.swappiness": 1}}""", "nixos")]
    [InlineData("boot.kernelParams.json", "[\"quiet\"]", "nixos")]
    [InlineData("run.sh", "crosvm run --mem 1024 vmlinux", "crosvm")]
    public void Files_are_recognised_by_what_stands_in_them(string name, string text, string form) =>
        Assert.Equal(form, FileForm.All.First(one => one.Recognises(name, text)).Name);

    [Theory]
    [InlineData("config-6.1", "CONFIG_A=y\n# CONFIG_B is not set", "kernel-config")]
    [InlineData("cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet", "cmdline")]
    [InlineData("99-x.conf", "vm.swappiness = 1", "sysctl")]
    [InlineData("fstab", "/dev/sda1 / ext4 defaults 0 1", "fstab")]
    public void Other_files_are_not_taken_for_them(string name, string text, string form) =>
        Assert.Equal(form, FileForm.All.First(one => one.Recognises(name, text)).Name);

    [Fact]
    public void Options_of_NixOS_are_what_they_make_the_host_do()
    {
        const string options = """
            {
              "boot": { "kernelParams": [ "quiet", "init_on_free=1" ],
                "kernel": { "sysctl": { "vm.swappiness": 1,
                                        "fs.suid_dumpable": false } } },
              "swapDevices": [ { "device": "/dev/sda2", "randomEncryption": { "enable": true } } ],
              "fileSystems": { "/tmp": { "device": "tmpfs", "fsType": "tmpfs", "options": [ "noswap", "size=1G" ] } }
            }
            """;
        var facts = new HostFacts("test", FactScope.Files, [], NixOptions.Parts("0000-nix", options, "nix.json"));
        Parameter parameter = KernelCommandLine.Of(facts).Last("init_on_free")!.Value;
        Assert.Equal(("1", "nix.json", 2), (parameter.Value, parameter.Evidence.Source, parameter.Evidence.Line));
        Setting setting = SystemSettings.Read(facts, "fs.suid_dumpable");
        Assert.Equal(("0", 4), (setting.Value, setting.Evidence.Line));
        Assert.Equal("dev-sda2 /dev/sda2 /dev/urandom swap", facts.Read("/etc/crypttab").Value);
        Assert.Equal(
            ["/dev/mapper/dev-sda2 none swap defaults 0 0", "tmpfs /tmp tmpfs noswap,size=1G 0 0"],
            facts.Read("/etc/fstab").Lines.Where(line => line.Text.Length > 0).Select(line => line.Text)
        );
    }

    [Fact]
    public void Options_of_one_line_keep_that_line()
    {
        var facts = new HostFacts(
            "test",
            FactScope.Files,
            [],
            NixOptions.Parts("0000-nix", """{"boot.kernel.sysctl":{"vm.swappiness":1,"kernel.yama.ptrace_scope":"2"}}""", "nix.json")
        );
        Assert.Equal(
            ("2", 1),
            (
                SystemSettings.Read(facts, "kernel.yama.ptrace_scope").Value,
                SystemSettings.Read(facts, "kernel.yama.ptrace_scope").Evidence.Line
            )
        );
        Assert.Equal(
            "quiet",
            new HostFacts("test", FactScope.Files, [], NixOptions.Parts("0000-p", "[\"quiet\"]", "boot.kernelParams.json"))
                .Matching("/etc/kernel/cmdline.d/*.conf")
                .Single()
                .Value
        );
    }

    [Fact]
    public void Options_without_end_are_refused() => Assert.Throws<FactsException>(() =>
        NixOptions.Parts("x", "{\"boot.kernelParams\": [" + string.Concat(Enumerable.Repeat("\"a\",", 10_000)) + "]}", "x"));

    [Fact]
    public void Broken_options_do_no_harm() => Fuzzing.Try(
        200_000,
        [
            """{"boot.kernelParams":["quiet","a b"],"boot.kernel.sysctl":{"vm.x":1}"""
                + ""","swapDevices":[{"device":"/dev/a","randomEncryption":true},{"label":"b"}],"fileSystems":{"/":{"fsType":"x"}}}""",
        ],
        ["{", "[", "]", "\"", ",", "null", "\n\n\n", "1e9", "\\n", "\\u0000", "\"device\":", "\0"],
        text => _ = NixOptions.Parts("x", text, "x").ToList());
}
