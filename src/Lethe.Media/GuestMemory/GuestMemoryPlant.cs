using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.GuestMemory;

/// <summary>The memory of a virtual machine. For the host, it is memory of a process.</summary>
internal sealed class GuestMemoryPlant : IPlant
{
    public Medium Medium => Medium.GuestMemory;

    public IEnumerable<Route> Routes() => [new Kill()];

    private sealed class Kill() : Route("kill", "a virtual machine that fills its own memory is killed with SIGKILL")
    {
        private const string Tools = "/tools", RomName = "/tmp/rom.bin";

        private ChildProcess machine = null!;

        public override IReadOnlyList<string> Modules => ["ext4"];

        // The emulator itself needs the rest of the memory.
        public override long MostBytes => 64L << 20;

        public override void Prepare(IKeeper keeper)
        {
            Mounts.Mount(Place.ToolsDevice, Tools, "ext4", readOnly: true);
            Mounts.Mount("tmpfs", Tools + "/tmp", "tmpfs");
            Mounts.Mount("devtmpfs", Tools + "/dev", "devtmpfs");
        }

        public override long Plant(Planting planting)
        {
            if (!File.Exists(Tools + "/usr/bin/qemu-system-x86_64"))
                throw new UnsupportedException("the laboratory has no emulator inside the guest");
            File.WriteAllBytes(Tools + RomName, FillingRom.Image(planting.Canary, planting.Bytes));
            long memory = planting.Bytes + FillingRom.FillStart + (4L << 20);
            (Descriptor read, Descriptor write) = Descriptor.Pipe();
            using Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR);
            using (read)
            {
                machine = ChildProcess.Start(
                    "/bin/busybox",
                    ["chroot", Tools, "/usr/bin/qemu-system-x86_64", "-accel", "tcg,tb-size=8", "-machine", "pc", "-m", $"{memory >> 20}",
                        "-nodefaults", "-display", "none", "-no-reboot", "-bios", RomName, "-serial", "stdio"],
                    [nothing, write, nothing], dieWithParent: false);
                write.Dispose();
                string said = read.ReadUntil(FillingRom.Done);
                if (!said.EndsWith((char)FillingRom.Done)) throw new VoidRunException($"the inner machine ended: {said}");
            }

            return planting.Bytes;
        }

        public override void EndInWorkload() => machine.Dispose();
    }
}
