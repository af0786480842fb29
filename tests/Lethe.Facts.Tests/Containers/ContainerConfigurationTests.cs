using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Tests.Facts.Guests;

namespace Lethe.Tests.Facts.Containers;

public sealed class ContainerConfigurationTests
{
    internal const string Oci = """
        {
          "ociVersion": "1.2.0",
          "process": {
            "rlimits": [ { "type": "RLIMIT_CORE", "hard": 0, "soft": 0 } ],
            "capabilities": { "effective": [ "CAP_IPC_LOCK" ] }
          },
          "mounts": [ { "destination": "/dev/shm", "type": "tmpfs", "source": "shm" } ],
          "linux": {
            "namespaces": [ { "type": "ipc" } ],
            "seccomp": {
              "defaultAction": "SCMP_ACT_ERRNO",
              "syscalls": [ { "names": [ "mlock", "memfd_create" ], "action": "SCMP_ACT_ALLOW" } ]
            }
          }
        }
        """;

    [Fact]
    public void A_container_is_read()
    {
        OciContainer container = Assert.Single(OciContainers.Of(GivenHost.Of("oci", Oci)).All);
        Assert.Equal("0", container.Limit("RLIMIT_CORE")["hard"].Value);
        Assert.False(container.Limit("RLIMIT_MEMLOCK").IsPresent);
        Assert.True(container.Namespace("ipc").IsPresent);
        Assert.False(container.Namespace("pid").IsPresent);
        Assert.True(container.Capability("CAP_IPC_LOCK").IsPresent);
        Assert.Equal("SCMP_ACT_ALLOW", container.SeccompAction("memfd_create")!.Value.Action);
        Assert.Equal("SCMP_ACT_ERRNO", container.SeccompAction("memfd_secret")!.Value.Action);
    }

    [Fact]
    public void Engines_are_as_they_come_where_they_say_nothing()
    {
        Assert.Equal("/var/lib/docker", Assert.Single(ContainerEngines.Of(GivenHost.Of("docker", "{}")).All).Directory);
        Assert.Equal("/srv/c", Assert.Single(ContainerEngines.Of(GivenHost.Of("containerd", "root = \"/srv/c\"")).All).Directory);
        var host = new HostFacts(
            "test",
            FactScope.Host,
            ContainerEngines.Wants,
            [new Fact("/etc/docker/", Entries: [new FactEntry("key.json", 1, 0)])]
        );
        Assert.Equal("Docker", Assert.Single(ContainerEngines.Of(host).All).Name);
        Assert.Empty(ContainerEngines.Of(new HostFacts("test", FactScope.Host, ContainerEngines.Wants, [])).All);
    }

    [Fact]
    public void Services_are_read_with_their_drop_ins()
    {
        var host = new HostFacts("test", FactScope.Host, ServiceUnits.Wants, [
            new Fact("/etc/systemd/system/web.service", "[Unit]\nLimitCORE=1\n[Service]\n#LimitCORE=2\nLimitCORE=infinity\nPrivateTmp=yes"),
            new Fact("/etc/systemd/system/web.service.d/10.conf", "[Service]\nLimitCORE=0\nPrivateTmp="),
            new Fact("/etc/systemd/system/other.service.d/10.conf", "[Service]\nLimitCORE=0"),
        ]);
        ServiceUnit unit = Assert.Single(ServiceUnits.Of(host).All);
        Assert.Equal(
            ("0", "/etc/systemd/system/web.service.d/10.conf", 2),
            (unit["LimitCORE"]!.Value.Value, unit.Evidence("LimitCORE").Source, unit.Evidence("LimitCORE").Line)
        );
        Assert.Null(unit["PrivateTmp"]);
        Assert.False(unit.Switch("PrivateTmp", false));
    }

    [Fact]
    public void Broken_containers_do_no_harm() =>
        Fuzzing.Try(200_000, [Oci], ["{", "[", "]", "\"", ",", "null", "1e9", "\"type\":", "\\u0000", "//", "\0"], text =>
    {
        OciContainers containers = OciContainers.Of(GivenHost.Of("oci", text));
        foreach (OciContainer container in containers.All)
            _ = (container.SeccompAction("x"), container.Limit("y"), container.Mounts.Count());
        if (containers.Unread is [var unread, ..]) throw new FactsException(unread.Text, "");
    });
}
