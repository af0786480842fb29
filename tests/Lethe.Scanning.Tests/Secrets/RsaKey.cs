using System.Buffers.Binary;
using System.Security.Cryptography;
using Lethe.Scanning.Secrets;

namespace Lethe.Tests.Scanning.Secrets;

/// <summary>The numbers of an RSA key as libraries keep them in memory: the lowest byte first.</summary>
internal sealed class RsaKey
{
    private static readonly Dictionary<int, RsaKey> Keys = [];

    private RsaKey(RSAParameters key)
    {
        // Where the larger factor is found always, the smaller one may be below what generators of today take.
        byte[] p = Turned(key.P!), q = Turned(key.Q!);
        (Larger, Smaller) = p[^1] > q[^1] ? (p, q) : (q, p);
        Modulus = Turned(key.Modulus!);
    }

    public byte[] Larger { get; }

    public byte[] Smaller { get; }

    public byte[] Modulus { get; }

    /// <summary>One key of each size, as making them takes long.</summary>
    public static RsaKey Of(int bits)
    {
        lock (Keys)
        {
            if (Keys.TryGetValue(bits, out RsaKey? known)) return known;
            using var rsa = RSA.Create(bits);
            return Keys[bits] = new(rsa.ExportParameters(true));
        }
    }

    /// <summary>The key of a file that OpenSSL made.</summary>
    public static RsaKey Read(string pem)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return new(rsa.ExportParameters(true));
    }

    /// <summary>Writes a number into memory as an allocation of the GNU C library has it.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="at">Where the number begins.</param>
    /// <param name="number">The number.</param>
    /// <param name="flags">Of the chunk.</param>
    /// <param name="spare">Bytes that the chunk has more than needed: 0 or 16.</param>
    public static void Allocate(Span<byte> memory, int at, ReadOnlySpan<byte> number, ulong flags = 1, int spare = 0)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(
            memory[(at - HeapChunk.SizeWord)..],
            (uint)(HeapChunk.SizeFor(number.Length) + spare) | flags
        );
        number.CopyTo(memory[at..]);
    }

    private static byte[] Turned(byte[] bigEndian) => [.. bigEndian.Reverse()];
}
