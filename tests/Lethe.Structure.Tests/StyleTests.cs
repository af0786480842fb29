namespace Lethe.Tests.Structure;

/// <summary>What reviewers would otherwise have to look for in every change.</summary>
public sealed class StyleTests
{
    private const int MostColumns = 140;

    [Fact]
    public void No_line_is_longer_than_140_columns() =>
        Assert.Empty(FilesBelow("src", "tests", "bench", "examples").SelectMany(file => LongLines(file.Text, file.Name)));

    [Fact]
    public void Every_unsafe_method_says_why_it_is_safe() =>
        Assert.Empty(FilesBelow("src").SelectMany(file => UnsafeCode.Unexplained(file.Text).Select(member => $"{file.Name}: {member}")));

    [Fact]
    public void A_long_line_is_noticed()
    {
        string longest = new('x', MostColumns);
        Assert.Equal(["A.cs:2"], LongLines($"{longest}\n{longest}x\n", "A.cs"));
    }

    [Theory]
    [InlineData("private static unsafe void Do() => Other(null);")]
    [InlineData("public void Do()\n    {\n        unsafe { Other(); }\n    }")]
    [InlineData("internal int Do() => pointer->Field;")]
    [InlineData("internal int Do() => *pointer;")]
    [InlineData("internal void Do(int number) => Other(&number);")]
    [InlineData("internal void Do(byte* start) => Other(start);")]
    [InlineData("protected ulong Do() => ((ulong*)Start)[0];")]
    [InlineData("public void Do()\n    {\n        byte* room = stackalloc byte[8];\n    }")]
    [InlineData("public void Do()\n    {\n        fixed (byte* start = bytes) Other(start);\n    }")]
    [InlineData("public Span<byte> All() => new Span<byte>(Start, Length);")]
    [InlineData("private Vector256<byte> Do(ref byte start) => Vector256.LoadUnsafe(ref start, 32);")]
    public void An_unsafe_method_that_does_not_say_why_it_is_safe_is_noticed(string method)
    {
        string declaration = method.Split('\n')[0];
        Assert.Equal([declaration], UnsafeCode.Unexplained(Class(method)));
        Assert.Empty(UnsafeCode.Unexplained(Class($"// SAFETY: a reason.\n    {method}")));
        // What another method says is no reason, nor is a comment that is not directly above.
        Assert.Equal([declaration], UnsafeCode.Unexplained(Class($"// SAFETY: a reason.\n    private void Other() {{ }}\n\n    {method}")));
        Assert.Equal([declaration], UnsafeCode.Unexplained(Class($"// SAFETY: a reason.\n\n    {method}")));
    }

    [Theory]
    [InlineData("private byte* start;")]
    [InlineData("public byte* Start => start;")]
    [InlineData("[LibraryImport(\"libc\")]\n    private static unsafe partial int Read(byte* buffer);")]
    [InlineData("private int Do(int a, int b) => a * b + (a & b); // *a, a->b and &a.")]
    [InlineData("private string Do() => \"/proc/*/fd, *a, a->b and (byte*)a\";")]
    public void What_the_compiler_checks_needs_no_reason(string member) => Assert.Empty(UnsafeCode.Unexplained(Class(member)));

    private static string Class(string member) => $"namespace A;\n\npublic sealed unsafe class B\n{{\n    {member}\n}}\n";

    private static IEnumerable<string> LongLines(string text, string name) =>
        text.Split('\n').Index().Where(line => line.Item.Length > MostColumns).Select(line => $"{name}:{line.Index + 1}");

    private static IEnumerable<(string Name, string Text)> FilesBelow(params string[] folders) =>
        from folder in folders
        from path in Directory.GetFiles(Path.Combine(SourceTree.Root, folder), "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(SourceTree.Root, path)
        where !name.Contains(".verified", StringComparison.Ordinal)
        select (name, File.ReadAllText(path));
}
