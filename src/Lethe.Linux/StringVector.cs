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
            // SAFETY: one byte more than the text is allocated, for the terminating zero.
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
        for (int index = 0; index < count; index++) NativeMemory.Free(Pointer[index]);
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
