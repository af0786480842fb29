namespace Lethe.Linux;

/// <summary>
/// This process's own arguments or environment, byte for byte as the kernel has them: handed on to a child, they do not
/// pass through strings, which would change what is not UTF-8.
/// </summary>
public sealed unsafe class RawStrings : IDisposable
{
    private readonly MemoryRange memory;
    private readonly List<nint> strings = [];

    private RawStrings(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        memory = MemoryRange.Anonymous((content.Length + 1 + Environment.SystemPageSize) / Environment.SystemPageSize * (long)Environment.SystemPageSize);
        content.CopyTo(memory.Bytes);
        for (int at = 0; at < content.Length;)
        {
            strings.Add((nint)(memory.Start + at));
            int length = content.AsSpan(at).IndexOf((byte)0);
            at += length < 0 ? content.Length : length + 1;
        }

        Array.Clear(content);
    }

    /// <summary>Addresses of the zero-terminated strings, in order; valid while this object lives.</summary>
    public IReadOnlyList<nint> Pointers => strings;

    /// <summary>The arguments, the program's name first.</summary>
    public static RawStrings Arguments() => new("/proc/self/cmdline");

    /// <summary>The environment this process was started with.</summary>
    public static RawStrings Variables() => new("/proc/self/environ");

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Bytes.Clear();
        memory.Dispose();
    }
}
