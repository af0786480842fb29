using System.Buffers.Binary;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// A form of an expanded AES key in memory. Plain: as FIPS 197 expands it (OpenSSL's <c>aesni_set_encrypt_key</c>, Linux
/// <c>crypto_aes_ctx.key_enc</c>). Reversed and mixed: OpenSSL's <c>AES_set_decrypt_key</c>, Linux <c>crypto_aes_ctx.key_dec</c>
/// (lib/crypto/aes.c). Mixed only: FIPS 197 §5.3.5 (<c>dw</c>). Swapped: code that loads words big-endian and keeps them in
/// native order, as OpenSSL's crypto/aes/aes_core.c does on x86.
/// </summary>
/// <param name="KeyWords">32-bit words of the key: 4, 6 or 8.</param>
/// <param name="Reversed">Whether the round keys are in the order of decryption.</param>
/// <param name="Mixed">Whether all round keys but the first and last went through InvMixColumns.</param>
/// <param name="Swapped">Whether the bytes of each word are in opposite order.</param>
internal readonly record struct AesScheduleForm(int KeyWords, bool Reversed, bool Mixed, bool Swapped)
{
    /// <summary>32-bit words of the schedule.</summary>
    public int WordCount => AesKeyExpansion.WordCount(KeyWords);

    /// <summary>Bytes of the schedule.</summary>
    public int Length => 4 * WordCount;

    /// <summary>Whether it serves decryption only.</summary>
    public bool ForDecryption => Reversed || Mixed;

    /// <summary>Word <paramref name="index"/> of the expanded key, from the bytes of a schedule in this form.</summary>
    public uint Read(ReadOnlySpan<byte> schedule, int index)
    {
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(schedule[(4 * PlaceOf(index))..]);
        if (Swapped) word = BinaryPrimitives.ReverseEndianness(word);
        return IsMixed(index) ? AesKeyExpansion.MixColumn(word) : word;
    }

    /// <summary>Writes word <paramref name="index"/> of an expanded key, at the place and in the encoding of this form.</summary>
    public void Write(Span<byte> schedule, int index, uint word)
    {
        if (IsMixed(index)) word = AesKeyExpansion.InverseMixColumn(word);
        if (Swapped) word = BinaryPrimitives.ReverseEndianness(word);
        BinaryPrimitives.WriteUInt32LittleEndian(schedule[(4 * PlaceOf(index))..], word);
    }

    /// <summary>Whether the bytes are the schedule, without any error, of a key other than zero.</summary>
    public bool IsExact(ReadOnlySpan<byte> schedule)
    {
        for (int index = KeyWords; index < WordCount; index++)
        {
            uint expected = Read(schedule, index - KeyWords) ^ AesKeyExpansion.Step(index, KeyWords, Read(schedule, index - 1));
            if (Read(schedule, index) != expected) return false;
        }
        for (int index = 0; index < KeyWords; index++)
        {
            if (Read(schedule, index) != 0) return true;
        }
        return false;
    }

    private bool IsMixed(int index) => Mixed && index >= 4 && index < WordCount - 4;

    private int PlaceOf(int index) => Reversed ? WordCount - 4 - (index & ~3) + (index & 3) : index;
}
