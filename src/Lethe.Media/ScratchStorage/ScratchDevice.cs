using Lethe.Evidence;
using Lethe.Linux;

namespace Lethe.Media.ScratchStorage;

/// <summary>A block device that a scratch directory is to lie on, and that loses what is on it. Looking at it changes nothing.</summary>
internal static class ScratchDevice
{
    private const int PieceBytes = 4 << 20;

    /// <summary>Says what would be destroyed.</summary>
    /// <param name="path">A block device, or a directory for a file.</param>
    /// <param name="mayOverwrite">Whether the user gives away what is on the device.</param>
    /// <returns>
    /// Null when nothing would: in a directory, and on a device of which every byte reads zero. Not safe to show as it is.
    /// </returns>
    /// <exception cref="ScratchException">It is neither, or not empty and not given away.</exception>
    public static string? Destroyed(string path, bool mayOverwrite)
    {
        if (System.IO.Directory.Exists(path)) return null;
        // Opening other kinds may itself do something: it starts a watchdog, or rewinds a tape.
        using (Descriptor place = Open(path, FileCalls.O_PATH))
        {
            if (!FileStatus.Of(place).IsBlockDevice) throw Unfit($"{Printable.Of(path)} is neither a directory nor a block device");
        }

        using Descriptor device = Open(path, FileCalls.O_RDONLY | FileCalls.O_NONBLOCK);
        string? signature = BlockSignature.Of(Path.GetFullPath(path));
        if (signature is null && !mayOverwrite && IsZero(device)) return null;
        string content = signature ?? BlockSignature.Unknown;
        return mayOverwrite
            ? $"what is on {path} ({content})"
            : throw new ScratchException(
                $"--scratch-on {Printable.Of(path)} would destroy what is on it ({Printable.Of(content)})",
                "name a device that is empty, or add --yes when nothing there is needed any more");
    }

    // Read whole: block devices do not know SEEK_DATA (EINVAL; fixed_size_llseek of fs/read_write.c).
    private static bool IsZero(Descriptor device)
    {
        byte[] piece = GC.AllocateUninitializedArray<byte>(PieceBytes);
        long offset = 0;
        while (true)
        {
            int count = device.ReadSomeAt(offset, piece);
            if (count < 0) throw new LinuxException(-count, "read", $"the device of --scratch-on at byte {offset}");
            if (count == 0) return true;
            if (piece.AsSpan(0, count).ContainsAnyExcept((byte)0)) return false;
            offset += count;
        }
    }

    private static Descriptor Open(string path, int flags)
    {
        try
        {
            return Descriptor.Open(path, flags);
        }
        catch (LinuxException failure)
        {
            throw Unfit($"cannot be used: {Printable.Of(failure.Message)}");
        }
    }

    private static ScratchException Unfit(string why) => new($"--scratch-on {why}", "name a directory or a block device");
}
