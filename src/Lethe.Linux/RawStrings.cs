namespace Lethe.Linux;

/// <summary>
/// Arguments or an environment as raw bytes, at fixed addresses. Each string ends with a zero byte. They reach a child without becoming
/// .NET strings, which would change what is not UTF-8. The copies are cleared when disposed.
/// </summary>
internal sealed unsafe class RawStrings : IDisposable
{
    private readonly MemoryRange memory;
    private readonly List<nint> strings = [];

    private RawStrings(ReadOnlySpan<byte> content)
    {
        memory = MemoryRange.Anonymous(
            (content.Length + 1 + Environment.SystemPageSize) / Environment.SystemPageSize * (long)Environment.SystemPageSize
        );
        content.CopyTo(memory.Bytes);
        for (int at = 0; at < content.Length;)
        {
            // SAFETY: each string begins inside the content. The range is at least a byte longer and began as zeros, so the last string
            // ends too. The addresses are good until this object is disposed.
            strings.Add((nint)(memory.Start + at));
            int length = content[at..].IndexOf((byte)0);
            at += length < 0 ? content.Length : length + 1;
        }
    }

    /// <summary>Addresses of the zero-terminated strings, in order; valid while this object lives.</summary>
    public IReadOnlyList<nint> Pointers => strings;

    /// <summary>The arguments of this process, the program's name first.</summary>
    public static RawStrings Arguments() => Read("/proc/self/cmdline");

    /// <summary>The environment this process was started with.</summary>
    public static RawStrings Variables() => Read("/proc/self/environ");

    /// <summary>Copies strings.</summary>
    /// <exception cref="ArgumentException">One holds a zero byte.</exception>
    public static RawStrings Of(IReadOnlyCollection<byte[]> strings)
    {
        if (strings.Any(text => text.Contains((byte)0)))
            throw new ArgumentException("no argument and no variable can hold a zero byte", nameof(strings));
        byte[] content = new byte[strings.Sum(text => text.Length + 1)];
        int at = 0;
        foreach (byte[] text in strings)
        {
            text.CopyTo(content, at);
            at += text.Length + 1;
        }

        return Take(content);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Bytes.Clear();
        memory.Dispose();
    }

    private static RawStrings Read(string path) => Take(File.ReadAllBytes(path));

    private static RawStrings Take(byte[] content)
    {
        try
        {
            return new RawStrings(content);
        }
        finally
        {
            Array.Clear(content);
        }
    }
}
