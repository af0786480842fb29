using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Loads a shared library that is no file on disk.</summary>
internal static unsafe class MemoryLibrary
{
    /// <summary>Loads a library through a memfd.</summary>
    /// <param name="name">Its name, for <c>/proc/PID/maps</c>.</param>
    /// <param name="library">Its content.</param>
    /// <param name="handle">The dynamic linker's handle of the library.</param>
    /// <returns>False where the kernel forbids executing memfds (vm.memfd_noexec=2), files may not be that large (RLIMIT_FSIZE), or
    /// /proc is missing.</returns>
    /// <exception cref="LinuxException">No memory.</exception>
    public static bool TryLoad(string name, Stream library, out nint handle)
    {
        handle = 0;
        try
        {
            using var file = new MemoryFile(name, library.Length);
            // SAFETY: the mapping has exactly the library's length and lives until the end of this block. The span is needed because the
            // memfd is written through its mapping.
            library.ReadExactly(new Span<byte>(file.Start, checked((int)library.Length)));
            return NativeLibrary.TryLoad(file.Path, out handle);
        }
        catch (LinuxException failure) when (failure.Error == Errno.EFBIG)
        {
            return false;
        }
    }
}
