namespace Lethe.Linux;

/// <summary>Strings as the kernel wants them: UTF-8, each ending with a zero byte, at fixed addresses.</summary>
internal sealed unsafe class MemoryText : IDisposable
{
    private readonly StringVector vector;

    /// <summary>Copies the strings.</summary>
    public MemoryText(IReadOnlyCollection<string> strings)
    {
        vector = new StringVector(strings);
        // SAFETY: the vector has as many places as there are strings. The addresses are good until this object is disposed.
        Pointers = [.. Enumerable.Range(0, strings.Count).Select(index => (nint)vector.Pointer[index])];
    }

    /// <summary>Their addresses; valid while this object lives.</summary>
    public IReadOnlyList<nint> Pointers { get; }

    /// <inheritdoc/>
    public void Dispose() => vector.Dispose();
}
