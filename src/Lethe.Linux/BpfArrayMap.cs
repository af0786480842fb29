namespace Lethe.Linux;

/// <summary>A BPF array map: kernel memory that a program fills and reads by index.</summary>
[CHeader("linux/bpf.h")]
internal static class BpfArrayMap
{
    /// <summary>Command: make a map.</summary>
    public const int BPF_MAP_CREATE = 0;

    /// <summary>Command: set an element.</summary>
    public const int BPF_MAP_UPDATE_ELEM = 2;

    /// <summary>An array indexed by a 32-bit number.</summary>
    public const int BPF_MAP_TYPE_ARRAY = 2;

    /// <param name="valueSize">Size of an element, in bytes.</param>
    /// <param name="entries">How many elements.</param>
    /// <exception cref="LinuxException">No memory or no permission.</exception>
    public static unsafe Descriptor Create(int valueSize, int entries)
    {
        // union bpf_attr, first form: map_type, key_size, value_size, max_entries, flags; the rest zero.
        // SAFETY: the size passed is that of the 32 words, 128 bytes. All are written, and the kernel copies them before the call returns.
        uint* attributes = stackalloc uint[32];
        new Span<uint>(attributes, 32).Clear();
        attributes[0] = BPF_MAP_TYPE_ARRAY;
        attributes[1] = sizeof(uint);
        attributes[2] = (uint)valueSize;
        attributes[3] = (uint)entries;
        return new Descriptor(
            (int)Errno.Check(SystemCall.Invoke(SystemCallNumber.SYS_bpf, BPF_MAP_CREATE, (nint)attributes, 128), "bpf BPF_MAP_CREATE")
        );
    }

    /// <summary>Copies a value into the element at an index.</summary>
    /// <exception cref="LinuxException">No such element.</exception>
    public static unsafe void Set(Descriptor map, uint index, ReadOnlySpan<byte> value)
    {
        // union bpf_attr, second form: map_fd, key, value, flags, each 8 bytes apart.
        ulong* attributes = stackalloc ulong[16];
        new Span<ulong>(attributes, 16).Clear();
        // SAFETY: the size passed is that of the 16 words, 128 bytes. The index is in this frame and the value is pinned. The kernel reads
        // as many bytes of the value as an element has. Not checked here: that the span has that many. KernelBuffersPlant, the only
        // caller, passes exactly that many.
        fixed (byte* start = value)
        {
            attributes[0] = (uint)map.Number;
            attributes[1] = (ulong)&index;
            attributes[2] = (ulong)start;
            Errno.Check(SystemCall.Invoke(SystemCallNumber.SYS_bpf, BPF_MAP_UPDATE_ELEM, (nint)attributes, 128), "bpf BPF_MAP_UPDATE_ELEM");
        }
    }
}
