namespace Lethe.Qemu;

/// <summary>QEMU refused a command, or the other end is not a monitor of QEMU.</summary>
/// <param name="message">Why, in one line. It may quote what the other end sent.</param>
/// <param name="isSilent">Whether nothing answered in time.</param>
public sealed class QmpException(string message, bool isSilent = false) : IOException(message)
{
    /// <summary>Whether nothing answered in time. A monitor does not answer while it serves another client.</summary>
    public bool IsSilent { get; } = isSilent;
}
