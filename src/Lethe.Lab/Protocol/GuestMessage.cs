using System.Globalization;
using Lethe.Evidence;

namespace Lethe.Lab.Protocol;

/// <summary>
/// One line of the protocol between the laboratory and its guest (docs/laboratory-protocol.md): a word, and what
/// follows it after a space.
/// </summary>
/// <param name="Kind">The word.</param>
/// <param name="Text">What follows, possibly empty.</param>
internal sealed record GuestMessage(string Kind, string Text = "")
{
    /// <summary>Guest: booted, and this is the kernel.</summary>
    public const string Ready = "ready";

    /// <summary>Host: plant this route.</summary>
    public const string Plant = "plant";

    /// <summary>Guest: planted so many bytes.</summary>
    public const string Planted = "planted";

    /// <summary>Host: end the workload, within so many seconds.</summary>
    public const string End = "end";

    /// <summary>How long an end may take when the host does not say.</summary>
    public static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(200);

    /// <summary>Guest: ended.</summary>
    public const string Ended = "ended";

    /// <summary>Host: hibernate. The machine switches itself off; the answer comes after the next boot.</summary>
    public const string Hibernate = "hibernate";

    /// <summary>Guest: resumed.</summary>
    public const string Resumed = "resumed";

    /// <summary>Host: scrub free memory, in this order of steps.</summary>
    public const string Scrub = "scrub";

    /// <summary>Guest: scrubbed; the result as JSON.</summary>
    public const string Scrubbed = "scrubbed";

    /// <summary>Host: say what an audit would read here.</summary>
    public const string Facts = "facts";

    /// <summary>Guest: the facts, as JSON in <see cref="PackedText"/>.</summary>
    public const string Told = "told";

    /// <summary>Host: start a scan with these sources and options, for tests.</summary>
    public const string Scan = "scan";

    /// <summary>Guest: the scan waits.</summary>
    public const string Waiting = "waiting";

    /// <summary>Host: let the scan go on.</summary>
    public const string Go = "go";

    /// <summary>Guest: scanned; the exit code and the report as JSON.</summary>
    public const string Scanned = "scanned";

    /// <summary>Host: run lethe with these arguments to its end, for tests.</summary>
    public const string Run = "run";

    /// <summary>Guest: it ran; the exit code and what it printed.</summary>
    public const string Ran = "ran";

    /// <summary>Keeper to workload: exit.</summary>
    public const string Exit = "exit";

    /// <summary>Host: copy a file of the guest to one of its devices, for tests.</summary>
    public const string Copy = "copy";

    /// <summary>Guest: copied so many bytes.</summary>
    public const string Copied = "copied";

    /// <summary>Guest: this kernel cannot do it.</summary>
    public const string Unsupported = "unsupported";

    /// <summary>Guest: a seal of <c>lethe run</c> did not let the workload do it.</summary>
    public const string Refused = "refused";

    /// <summary>Guest: the route did not reach its state, so the run is void.</summary>
    public const string Void = "void";

    /// <summary>Guest: something failed.</summary>
    public const string Failed = "failed";

    /// <summary>An <see cref="End"/> message.</summary>
    public static GuestMessage EndWithin(TimeSpan limit) => new(End, ((long)limit.TotalSeconds).ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads a line. Whatever a guest sends, this gives a message.</summary>
    public static GuestMessage Parse(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? new GuestMessage(line) : new GuestMessage(line[..space], line[(space + 1)..]);
    }

    /// <summary>The line, without its end. Line breaks inside the text become spaces.</summary>
    public override string ToString()
    {
        string text = Text.ReplaceLineEndings(" ");
        return text.Length == 0 ? Kind : $"{Kind} {text}";
    }

    /// <summary>How long an <see cref="End"/> message lets the end take.</summary>
    public TimeSpan EndLimit() =>
        int.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? TimeSpan.FromSeconds(seconds) : LongestEnd;

    /// <summary>The number of bytes a <see cref="Planted"/> or <see cref="Copied"/> message names, or null.</summary>
    public long? Bytes() => long.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : null;
}

/// <summary>What <see cref="GuestMessage.Plant"/> says: which route, which canary, how much.</summary>
/// <param name="Route">Full name.</param>
/// <param name="Seed">The canary's seed.</param>
/// <param name="Bytes">How much to plant.</param>
internal sealed record PlantOrder(string Route, ulong Seed, long Bytes)
{
    /// <summary>As a message.</summary>
    public GuestMessage ToMessage() => new(GuestMessage.Plant, $"{Route} {Seed:x16} {Bytes}");

    /// <summary>Reads a message's text.</summary>
    /// <returns>Null when it is not such an order.</returns>
    public static PlantOrder? Parse(string text)
    {
        string[] words = text.Split(' ');
        return words.Length == 3
            && ulong.TryParse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong seed)
            && long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? new PlantOrder(words[0], seed, bytes)
            : null;
    }
}

/// <summary>What <see cref="GuestMessage.Ready"/> says.</summary>
/// <param name="Kernel">The kernel's release.</param>
/// <param name="Effective">What it does about zeroing; null when it does not say.</param>
internal sealed record GuestState(string Kernel, EffectiveState? Effective)
{
    /// <summary>As a message.</summary>
    public GuestMessage ToMessage() => new(
        GuestMessage.Ready, Effective is null ? Kernel : $"{Kernel} {Effective.InitOnAlloc} {Effective.InitOnFree} {Effective.PagePoison}");

    /// <summary>Reads a message's text.</summary>
    /// <returns>Null when it is not such a state.</returns>
    public static GuestState? Parse(string text)
    {
        string[] words = text.Split(' ');
        if (words.Length == 1 && words[0].Length > 0) return new GuestState(words[0], null);
        return words.Length == 4
            && bool.TryParse(words[1], out bool alloc) && bool.TryParse(words[2], out bool free) && bool.TryParse(words[3], out bool poison)
            ? new GuestState(words[0], new EffectiveState(alloc, free, poison))
            : null;
    }
}
