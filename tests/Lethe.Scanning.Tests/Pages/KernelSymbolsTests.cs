using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Scanning.Kernel;

namespace Lethe.Tests.Scanning.Pages;

public sealed class KernelSymbolsTests
{
    private static readonly int Cases = Trials.Of(100_000);
    private const ulong Base = 0xffffffff81000000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Symbols_are_read_back(int form) => Prop.ForAll<ushort[]>(sizes =>
    {
        ulong address = Base;
        var symbols = new List<(string Name, ulong Address)>();
        for (int symbol = 0; symbol < sizes.Length; symbol++)
        {
            symbols.Add(($"the_{new string('x', sizes[symbol] % 200)}_{symbol}", address));
            address += 1 + (ulong)sizes[symbol];
        }

        KernelSymbols? read = new Tables(symbols, (SymbolOffsets)form).Parse();
        return read is not null && symbols.All(symbol => read.AddressOf(symbol.Name) == symbol.Address)
            && symbols.Zip(symbols.Skip(1)).All(pair => read.Describe(pair.First.Address) == $"{pair.First.Name}+0x0"
                && read.Describe(pair.Second.Address - 1) == $"{pair.First.Name}+0x{pair.Second.Address - 1 - pair.First.Address:x}");
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(500)));

    [Fact]
    public void Addresses_of_each_processors_data_are_no_addresses()
    {
        var tables = new Tables([("percpu", 64), ("text", Base)], SymbolOffsets.DownFromBase);
        // Offsets that are not negative are absolute there.
        BinaryPrimitives.WriteInt32LittleEndian(tables.Offsets, 64);
        KernelSymbols symbols = tables.Parse()!;
        Assert.Null(symbols.AddressOf("percpu"));
        Assert.Equal(Base, symbols.AddressOf("text"));
    }

    [Fact]
    public void Nothing_lies_before_the_first()
    {
        KernelSymbols symbols = new Tables([("one", Base), ("two", Base + 8192)], SymbolOffsets.UpFromBase).Parse()!;
        Assert.Null(symbols.Describe(Base - 1));
        Assert.Equal("one+0x1000", symbols.Describe(Base + 4096));
        Assert.Equal("two+0x2000", symbols.Describe(Base + 16384));
    }

    [Fact]
    public void Broken_ones_do_no_harm()
    {
        var random = Trials.Random(20261122);
        var sample = new Tables(
            [.. Enumerable.Range(0, 12).Select(symbol => ($"symbol_{symbol}", Base + (ulong)symbol * 100))],
            SymbolOffsets.DownFromBase
        );
        for (int test = 0; test < Cases; test++)
        {
            byte[] names = Broken(sample.Names, random), offsets = Broken(sample.Offsets, random);
            bool tokens = test % 8 == 0;
            KernelSymbols? symbols = KernelSymbols.Parse(
                names.AsMemory(0, random.Next(8) == 0 ? random.Next(names.Length) : names.Length), offsets, (ulong)random.NextInt64(),
                tokens ? Broken(sample.TokenTable, random) : sample.TokenTable,
                tokens ? Broken(sample.TokenIndex, random) : sample.TokenIndex,
                (SymbolOffsets)(test % 3)
            );
            symbols?.Describe((ulong)random.NextInt64());
        }
    }

    private static byte[] Broken(byte[] bytes, Random random)
    {
        byte[] broken = (byte[])bytes.Clone();
        for (int change = random.Next(3); change > 0; change--) broken[random.Next(broken.Length)] = (byte)random.Next(256);
        return broken;
    }

    /// <summary>Tables as scripts/kallsyms makes them, with two longer tokens.</summary>
    private sealed class Tables
    {
        private readonly SymbolOffsets form;

        public Tables(IReadOnlyList<(string Name, ulong Address)> symbols, SymbolOffsets form)
        {
            this.form = form;
            var table = new List<byte>();
            for (int token = 0; token < 256; token++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(TokenIndex.AsSpan(token * 2), (ushort)table.Count);
                table.AddRange(token switch { 1 => "the_"u8.ToArray(), 2 => "symbol_"u8.ToArray(), 0 => [], _ => [(byte)token] });
                table.Add(0);
            }

            TokenTable = [.. table];
            var names = new List<byte>();
            Offsets = new byte[symbols.Count * 4];
            for (int symbol = 0; symbol < symbols.Count; symbol++)
            {
                string name =
                    "T"
                    + symbols[symbol]
                        .Name.Replace("the_", "\u0001", StringComparison.Ordinal)
                        .Replace("symbol_", "\u0002", StringComparison.Ordinal);
                if (name.Length < 0x80) names.Add((byte)name.Length);
                else names.AddRange([(byte)(name.Length & 0x7f | 0x80), (byte)(name.Length >> 7)]);
                names.AddRange(Encoding.Latin1.GetBytes(name));
                long relative = (long)(symbols[symbol].Address - Base);
                BinaryPrimitives.WriteInt32LittleEndian(Offsets.AsSpan(symbol * 4), (int)(form switch
                {
                    SymbolOffsets.DownFromBase => -1 - relative,
                    SymbolOffsets.UpFromBase => relative,
                    _ => relative - symbol * 4,
                }));
            }

            Names = [.. names];
        }

        public byte[] Names { get; }

        public byte[] Offsets { get; }

        public byte[] TokenTable { get; }

        public byte[] TokenIndex { get; } = new byte[512];

        public KernelSymbols? Parse() => KernelSymbols.Parse(Names, Offsets, Base, TokenTable, TokenIndex, form);
    }
}
