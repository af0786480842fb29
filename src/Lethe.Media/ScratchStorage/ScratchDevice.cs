using Lethe.Evidence;
using Lethe.Linux;

namespace Lethe.Media.ScratchStorage;

/// <summary>A block device for a scratch directory, which destroys what is on it. Checking it changes nothing.</summary>
internal static class ScratchDevice
{
    private const int PieceBytes = 4 << 20;

    /// <summary>Describes what would be destroyed; untrusted.</summary>
    /// <param name="path">A block device, or a directory for a file.</param>
    /// <param name="mayOverwrite">Whether the user allows to overwrite the device. Then it is not searched for data.</param>
    /// <returns>
    /// Null when nothing would be: in a directory, and, without <paramref name="mayOverwrite"/>, on a device with only zero bytes.
    /// </returns>
    /// <exception cref="ScratchException">It is neither, or it is not empty and must not be overwritten.</exception>
    public static string? Destroyed(string path, bool mayOverwrite)
    {
        if (System.IO.Directory.Exists(path)) return null;
        // Opening other kinds of files may have effects: it starts a watchdog, or rewinds a tape.
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

    // This reads the whole device: block devices do not support SEEK_DATA (EINVAL; fixed_size_llseek of fs/read_write.c).
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
