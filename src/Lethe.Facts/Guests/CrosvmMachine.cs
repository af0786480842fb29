using Lethe.Evidence;

namespace Lethe.Facts.Guests;

/// <summary>A machine as crosvm's command line describes it (src/crosvm/cmdline.rs).</summary>
internal static class CrosvmMachine
{
    /// <summary>Reads it.</summary>
    public static GuestMachine Of(ArgumentList arguments, string fallbackName, string source)
    {
        int program = arguments.IndexOfProgram("crosvm");
        Citation origin = program >= 0 ? arguments.All[program].Evidence : new Citation(source, null, fallbackName);
        return new GuestMachine(
            MachineMonitor.Crosvm,
            arguments.Values("name").Select(name => name.Text).LastOrDefault() ?? fallbackName,
            origin
        )
        {
            HugePages = Flag("hugepages"),
            Locked = Flag("lock-guest-memory"),
            ReturnsFreePages = Flag("balloon-page-reporting"),
            Encrypted = new SwitchSetting(false, origin, IsDefault: true),
        };

        SwitchSetting Flag(string name) =>
            arguments.Flag(name) is { } said ? new SwitchSetting(true, said.Evidence) : new SwitchSetting(false, origin, IsDefault: true);
    }
}
