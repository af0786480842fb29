using System.Buffers.Binary;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>Writes numbers and bytes of an image one after the other or where they belong.</summary>
internal sealed class ImageWriter
{
    private byte[] bytes = new byte[4096];

    public int Length { get; private set; }

    public ImageWriter Bytes(ReadOnlySpan<byte> value)
    {
        Reserve(Length, value.Length);
        value.CopyTo(bytes.AsSpan(Length - value.Length));
        return this;
    }

    public ImageWriter UInt16(ushort value) => At(Length, BitConverter.GetBytes(value));

    public ImageWriter UInt32(uint value) => At(Length, BitConverter.GetBytes(value));

    public ImageWriter UInt64(ulong value) => At(Length, BitConverter.GetBytes(value));

    public ImageWriter At(int place, ReadOnlySpan<byte> value)
    {
        Reserve(place, value.Length);
        value.CopyTo(bytes.AsSpan(place));
        return this;
    }

    public ImageWriter UInt32At(int place, uint value) => At(place, BitConverter.GetBytes(value));

    public ImageWriter UInt64At(int place, ulong value) => At(place, BitConverter.GetBytes(value));

    public ImageWriter BigUInt32At(int place, uint value) => At(place, BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(value)));

    public ImageWriter BigUInt64At(int place, ulong value) => At(place, BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(value)));

    public ImageWriter PadTo(int multiple)
    {
        Reserve(Length, (multiple - Length % multiple) % multiple);
        return this;
    }

    public byte[] ToArray() => bytes[..Length];

    private void Reserve(int place, int length)
    {
        if (place + length > bytes.Length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, place + length));
        Length = Math.Max(Length, place + length);
    }
}
