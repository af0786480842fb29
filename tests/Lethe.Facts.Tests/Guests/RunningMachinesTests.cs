using Lethe.Facts.Collecting;

namespace Lethe.Tests.Facts.Guests;

public sealed class RunningMachinesTests
{
    [Fact]
    public void Only_what_configures_memory_is_read_out_of_arguments()
    {
        string[] arguments =
        [
            "qemu-system-x86_64",
            "-name",
            "db",
            "-object",
            "secret,id=a,data=hunter2",
            "-object",
            "memory-backend-ram,id=ram",
            "-vnc",
            ":1,password=hunter2",
            "-append",
            "token=hunter2",
            "-device", "virtio-balloon-pci", "-device", "virtio-blk-pci,drive=hunter2", "--memory=size=1G",
        ];
        Assert.Equal(
            [
                "qemu-system-x86_64",
                "-name",
                "db",
                "-object",
                "memory-backend-ram,id=ram",
                "-device",
                "virtio-balloon-pci",
                "--memory=size=1G",
            ],
            RunningMachines.Kept(arguments));
    }

    [Fact]
    public void Collecting_from_this_machine_does_not_fail() =>
        Assert.All(new RunningMachines().Collect([RunningMachines.Arguments]), fact =>
            Assert.StartsWith("vmm:", fact.Path, StringComparison.Ordinal)
        );
}
