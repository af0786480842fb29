using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Loads a shared library that is no file on disk.</summary>
internal static unsafe class MemoryLibrary
{
    /// <summary>Loads it from memory.</summary>
    /// <param name="name">Its name, for <c>/proc/PID/maps</c>.</param>
    /// <param name="library">Its content.</param>
    /// <param name="handle">What the dynamic linker calls it.</param>
    /// <returns>False where the kernel forbids running memory files (vm.memfd_noexec=2), files may not be so large (RLIMIT_FSIZE), or /proc
    /// is missing.</returns>
    /// <exception cref="LinuxException">No memory.</exception>
    public static bool TryLoad(string name, Stream library, out nint handle)
    {
        handle = 0;
        try
        {
            using var file = new MemoryFile(name, library.Length);
            // SAFETY: the mapping has exactly the library's length and lives until the end of this block. The span is needed because a
            // memory file is written through its mapping.
            library.ReadExactly(new Span<byte>(file.Start, checked((int)library.Length)));
            return NativeLibrary.TryLoad(file.Path, out handle);
        }
        catch (LinuxException failure) when (failure.Error == Errno.EFBIG)
        {
            return false;
        }
    }
}
