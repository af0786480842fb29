using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>File names given as bytes, for names that must not be copied into managed strings.</summary>
internal static partial class NativePath
{
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static unsafe partial int OpenAt(int directory, byte* name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static unsafe partial int UnlinkAt(int directory, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "readlink")]
    private static unsafe partial nint ReadLink(byte* path, byte* buffer, nuint length);

    /// <summary>Makes the kernel look a path up, whether the file exists or not.</summary>
    /// <param name="path">The full path, ending with a zero byte.</param>
    public static unsafe void LookUp(ReadOnlySpan<byte> path)
    {
        RequireTerminated(path);
        // SAFETY: the path was found to end with a zero byte and is pinned for the length of the call. The kernel writes at most the one
        // byte that the size passed allows, which is in this frame.
        byte first;
        // The cheapest call that only resolves a path: access(2) copies the caller's credentials each time.
        fixed (byte* start = path) _ = ReadLink(start, &first, 1);
    }

    /// <summary>Opens a file whose path need not be text; close-on-exec is always set.</summary>
    /// <param name="path">The full path, ending with a zero byte.</param>
    /// <param name="flags">Flags of <see cref="FileCalls"/>.</param>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static unsafe Descriptor Open(ReadOnlySpan<byte> path, int flags)
    {
        RequireTerminated(path);
        // For a path from the root or from the current directory (AT_FDCWD).
        const int CurrentDirectory = -100;
        // SAFETY: the path was found to end with a zero byte and is pinned for the length of the call.
        fixed (byte* start = path)
            return new Descriptor(Errno.Check(OpenAt(CurrentDirectory, start, flags | FileCalls.O_CLOEXEC, 0), "open"));
    }

    /// <summary>Creates an empty file, with mode 0600, if it does not exist.</summary>
    /// <param name="directory">An open directory.</param>
    /// <param name="name">The name, ending with a zero byte.</param>
    /// <exception cref="LinuxException">The file cannot be created.</exception>
    public static unsafe void CreateEmpty(Descriptor directory, ReadOnlySpan<byte> name)
    {
        RequireTerminated(name);
        // SAFETY: the name was found to end with a zero byte and is pinned for the length of the call.
        fixed (byte* start = name)
        {
            int flags = FileCalls.O_CREAT | FileCalls.O_RDWR | FileCalls.O_CLOEXEC;
            new Descriptor(Errno.Check(OpenAt(directory.Number, start, flags, 0x180), "openat")).Dispose();
        }
    }

    /// <inheritdoc cref="CreateEmpty" path="/param|/exception"/>
    public static unsafe void Delete(Descriptor directory, ReadOnlySpan<byte> name)
    {
        RequireTerminated(name);
        // SAFETY: the name was found to end with a zero byte and is pinned for the length of the call.
        fixed (byte* start = name) Errno.Check(UnlinkAt(directory.Number, start, 0), "unlinkat");
    }

    private static void RequireTerminated(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name[^1] != 0) throw new ArgumentException("a name ends with a zero byte", nameof(name));
    }
}
