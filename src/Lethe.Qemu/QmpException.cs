namespace Lethe.Qemu;

/// <summary>QEMU refused a command, or what answers is no monitor of QEMU.</summary>
/// <param name="message">Why, one line; it may quote what the other end said.</param>
/// <param name="isSilent">Whether nobody answered in time.</param>
public sealed class QmpException(string message, bool isSilent = false) : IOException(message)
{
    /// <summary>Whether nobody answered in time, as a monitor that talks to another client does not.</summary>
    public bool IsSilent { get; } = isSilent;
}
