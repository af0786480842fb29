using Lethe.Canaries;
using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.KernelLogs;

/// <summary>What programs write to the kernel's log.</summary>
internal sealed class KernelLogsPlant : IPlant
{
    public Medium Medium => Medium.KernelLogs;

    public IEnumerable<Route> Routes() => [new Cleared()];

    private sealed class Cleared() : Route("cleared", "text was written to /dev/kmsg, and the log is cleared")
    {
        // A record holds at most 1024 bytes with its prefix (kernel/printk/printk.c).
        private const int LineLength = 56 * 16;

        public override CanaryForm Form => CanaryForm.Text;

        public override long MostBytes => 32 * LineLength;

        public override void Prepare(IKeeper keeper) => File.WriteAllText("/proc/sys/kernel/printk_devkmsg", "on\n");

        public override string? WhenProtected => "the process tries to write, which has to be refused";

        public override long Plant(Planting planting)
        {
            try
            {
                using Descriptor log = Descriptor.Open("/dev/kmsg", FileCalls.O_RDWR);
                return planting.Pour(log.WriteAll, LineLength);
            }
            catch (LinuxException refused) when (Protected && refused.Error is Errno.EACCES or Errno.EPERM)
            {
                throw new RefusedException(refused.Message);
            }
        }

        public override void EndInWorkload() => KernelLog.Clear();

        public override void End(IKeeper keeper)
        {
            if (Protected) keeper.LetWorkloadExit();
        }
    }
}
