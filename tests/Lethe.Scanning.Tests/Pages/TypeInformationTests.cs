using System.Buffers.Binary;
using System.Text;
using Lethe.Scanning.Kernel;

namespace Lethe.Tests.Scanning.Pages;

public sealed class TypeInformationTests
{
    private static readonly int Cases = Trials.Of(100_000);

    private const int Integer = 1, Pointer = 2, Structure = 4, Union = 5, Typedef = 8, Constant = 10;

    // The same as in C, by the rules of C for alignment:
    // struct outer { int first; union { long second; struct { char pad[8]; long third; }; }; const inner_type named; int bit : 3; };
    // typedef struct inner { long a, b; } inner_type;
    private static readonly byte[] Sample = new Builder()
        .Add(Integer, "long", extra: 4) // 1
        .Add(Structure, "inner", members: [("a", 1, 0), ("b", 1, 64)]) // 2
        .Add(Typedef, "inner_type", type: 2) // 3
        .Add(Constant, "", type: 3) // 4
        .Add(Structure, "", members: [("third", 1, 64)]) // 5
        .Add(Union, "", members: [("second", 1, 0), ("", 5, 0)]) // 6
        .Add(Structure, "outer", flag: true, members: [("first", 1, 0), ("", 6, 64), ("named", 4, 192), ("bit", 1, 3 << 24 | 320)]) // 7
        .Add(Pointer, "", type: 7) // 8
        .Add(Structure, "outer", members: [("other", 1, 32)]) // 9
        .Build();

    [Theory]
    [InlineData("outer", "first", 0)]
    [InlineData("outer", "second", 8)]
    [InlineData("outer", "third", 16)]
    [InlineData("outer", "named", 24)]
    [InlineData("outer", "named.b", 32)]
    [InlineData("inner", "b", 8)]
    [InlineData("outer", "other", 4)]
    [InlineData("outer", "bit", null)]
    [InlineData("outer", "first.b", null)]
    [InlineData("outer", "absent", null)]
    [InlineData("absent", "first", null)]
    [InlineData("inner_type", "a", null)]
    public void A_member_is_found_where_it_lies(string structure, string path, int? expected) =>
        Assert.Equal(expected, TypeInformation.Parse(Sample)!.OffsetOf(structure, path));

    /// <summary>
    /// The running kernel's own type information, where there is any: what never moved, and what could not lie elsewhere.
    /// </summary>
    [Fact]
    public void This_kernels_types_are_understood()
    {
        const string Path = "/sys/kernel/btf/vmlinux";
        Assert.SkipUnless(File.Exists(Path), "this kernel has no type information");
        TypeInformation types = TypeInformation.Parse(File.ReadAllBytes(Path))!;
        Assert.Equal(0, types.OffsetOf("page", "flags"));
        Assert.Equal(0, types.OffsetOf("list_head", "next"));
        Assert.Equal(8, types.OffsetOf("list_head", "prev"));
        Assert.Equal(8, types.OffsetOf("rb_node", "rb_right"));
        foreach ((string structure, string member) in new[]
        {
            ("task_struct", "comm"),
            ("task_struct", "tgid"),
            ("mm_struct", "pgd"),
            ("vm_area_struct", "vm_start"),
            ("vm_area_struct", "vm_end"),
            ("anon_vma", "rb_root.rb_root.rb_node"),
            ("anon_vma_chain", "rb"),
            ("folio", "index"),
            ("address_space", "host"),
            ("inode", "i_dentry.first"),
            ("dentry", "d_name.name"),
            ("dentry", "d_u.d_alias"),
            ("dentry", "d_hash.pprev"),
            ("mount", "mnt.mnt_root"),
            ("kmem_cache", "name"),
            ("slab", "slab_cache"),
        }) Assert.True(types.OffsetOf(structure, member) is >= 0 and < 1 << 16, $"{structure}.{member}");
    }

    [Fact]
    public void Broken_ones_do_no_harm()
    {
        var random = Trials.Random(20261122);
        for (int test = 0; test < Cases; test++)
        {
            byte[] bytes = (byte[])Sample.Clone();
            for (int change = random.Next(1, 8); change > 0; change--)
            {
                // Mostly behind the header, so that most get past it; small numbers, so that ids lead somewhere.
                int at = random.Next(random.Next(8) == 0 ? 0 : TypeInformation.HeaderSize, bytes.Length);
                bytes[at] = (byte)(random.Next(2) == 0 ? random.Next(12) : random.Next(256));
            }

            if (TypeInformation.Parse(bytes.AsMemory(0, random.Next(16) == 0 ? random.Next(bytes.Length) : bytes.Length)) is not { } types)
                continue;
            Assert.True(types.OffsetOf("outer", "named.b") is null or >= 0);
            Assert.True(types.OffsetOf("outer", "third") is null or >= 0);
        }
    }

    [Fact]
    public void Structures_within_themselves_end()
    {
        // Each member is an unnamed member of the structure's own type: without a bound, 64 to the power of the depth.
        byte[] bytes = new Builder().Add(Structure, "outer", members: [.. Enumerable.Repeat(("", 1, 0), 64)]).Build();
        Assert.Null(TypeInformation.Parse(bytes)!.OffsetOf("outer", "absent"));
    }

    private sealed class Builder
    {
        private readonly List<byte> types = [], strings = [0];

        public Builder Add(
            int kind,
            string name,
            int type = 0,
            int? extra = null,
            bool flag = false,
            (string Name, int Type, int Bits)[]? members = null
        )
        {
            Word(Name(name));
            Word((uint)(kind << 24 | (members?.Length ?? 0)) | (flag ? 1u << 31 : 0));
            Word((uint)type);
            if (extra is not null) Word(0);
            foreach ((string member, int memberType, int bits) in members ?? [])
            {
                Word(Name(member));
                Word((uint)memberType);
                Word((uint)bits);
            }

            return this;
        }

        public byte[] Build()
        {
            byte[] header = new byte[TypeInformation.HeaderSize];
            TypeInformation.Start.CopyTo(header);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), types.Count);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), types.Count);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), strings.Count);
            return [.. header, .. types, .. strings];
        }

        private uint Name(string name)
        {
            if (name.Length == 0) return 0;
            uint at = (uint)strings.Count;
            strings.AddRange(Encoding.ASCII.GetBytes(name + "\0"));
            return at;
        }

        private void Word(uint value)
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            types.AddRange(bytes);
        }
    }
}
