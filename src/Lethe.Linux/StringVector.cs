using System.Runtime.InteropServices;
using System.Text;

namespace Lethe.Linux;

/// <summary>A null-terminated vector of C strings, as execve and posix_spawn want their arguments.</summary>
internal sealed unsafe class StringVector : IDisposable
{
    private readonly int count;

    public StringVector(IReadOnlyCollection<string> strings)
    {
        count = strings.Count;
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(count + 1), (nuint)sizeof(byte*));
        int index = 0;
        foreach (string text in strings)
        {
            // SAFETY: the vector has a place for each string and one for the null behind them; each string has one byte more than its
            // text, for the zero that ends it.
            int length = Encoding.UTF8.GetByteCount(text);
            Pointer[index] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
            Encoding.UTF8.GetBytes(text, new Span<byte>(Pointer[index], length));
            index++;
        }
    }

    public byte** Pointer { get; private set; }

    public void Dispose()
    {
        if (Pointer is null) return;
        // SAFETY: each was allocated in the constructor, and is freed once, as the pointer is then set to null.
        for (int index = 0; index < count; index++) NativeMemory.Free(Pointer[index]);
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
