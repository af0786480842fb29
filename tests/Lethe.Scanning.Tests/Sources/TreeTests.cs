using System.Formats.Tar;
using System.Text;
using Lethe.Linux;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;
using Lethe.Scanning.Sources.Trees;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>Directories, archives, pipes and real files.</summary>
public sealed class TreeTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("lethe-sources-").FullName;

    public void Dispose() => Command.Run("/bin/rm", "-r", root);

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void An_archive_has_its_files_from_a_file_and_from_a_pipe(TarEntryFormat format)
    {
        byte[] archive = Archives.Tar(format);
        using Source file = SourceOpener.Recognise("a.tar", new MemoryStorage(archive)),
            pipe = SourceOpener.OpenStream("-", Stream(archive), raw: false);
        foreach (Source source in (Source[])[file, pipe])
        {
            Assert.Equal("tar", source.Form);
            var files = Read(source);
            foreach ((string name, byte[] bytes) in Archives.Files)
            {
                if (name != Archives.LongName || format is TarEntryFormat.Pax or TarEntryFormat.Gnu) Assert.Equal(bytes, files[name]);
            }
        }
    }

    [Fact]
    public void Archives_one_behind_the_other_are_read_both()
    {
        byte[] archive = Archives.Tar();
        using Source source = SourceOpener.OpenStream("-", Stream([.. archive, .. archive]), raw: false);
        Assert.Equal(2 * Archives.Files.Count, source.Parts().Count(part => FormatTests.Content(source, part, 0).Length > 0));
    }

    [Fact]
    public void What_follows_damage_in_an_archive_is_searched_without_names()
    {
        byte[] archive = [.. Archives.Tar(TarEntryFormat.Ustar), .. Enumerable.Repeat((byte)'x', 2000)];
        using Source source = SourceOpener.Recognise("a.tar", new MemoryStorage(archive));
        var parts = new List<Part>();
        Assert.Throws<SourceException>(() => parts.AddRange(source.Parts().Select(part =>
        {
            parts.Add(part);
            return part;
        })));
        Assert.Equal(2000, parts[^1].Length);
    }

    [Fact]
    public void A_directory_has_its_ordinary_files_only_links_not_followed()
    {
        Directory.CreateDirectory($"{root}/below/deeper");
        File.WriteAllText($"{root}/one", "first");
        File.WriteAllText($"{root}/below/deeper/two", "second");
        File.CreateSymbolicLink($"{root}/link", "/etc/passwd");
        File.CreateSymbolicLink($"{root}/below/loop", root);
        Command.Run("/bin/sh", "-c", $"mkfifo '{root}/pipe'; printf third > \"$(printf '{root}/\\377\\n')\"");
        using Source source = SourceOpener.Open(root);
        var files = Read(source).ToDictionary(file => file.Key, file => Encoding.ASCII.GetString(file.Value));
        Assert.Equal("first", files[$"{root}/one"]);
        Assert.Equal("second", files[$"{root}/below/deeper/two"]);
        Assert.Equal("third", Assert.Single(files, file => file.Key.Contains('\ufffd')).Value);
        Assert.Equal(3, files.Count);
    }

    [Fact]
    public void Holes_of_a_file_are_passed_over()
    {
        string path = $"{root}/sparse";
        using (var file = new FileStream(path, FileMode.Create))
        {
            file.SetLength(1L << 40);
            file.Position = 1L << 39;
            file.Write("found"u8);
        }

        using Source source = SourceOpener.Open(path);
        SourceContents contents = SourceContents.Of(source);
        Assert.StartsWith("found", Encoding.ASCII.GetString(Assert.Single(contents.Pages).Value), StringComparison.Ordinal);
        Assert.Empty(contents.Missing);
    }

    [Fact]
    public void A_real_file_that_shrinks_is_missing_from_there_on()
    {
        string path = $"{root}/shrinking";
        File.WriteAllBytes(path, new byte[1 << 20]);
        using Source source = SourceOpener.Open(path);
        File.WriteAllBytes(path, new byte[4096]);
        Assert.Equal((4096, (1 << 20) - 4096, "the file ends before"), Assert.Single(SourceContents.Of(source).Missing));
    }

    [Theory]
    [InlineData("/does/not/exist", "No such file or directory")]
    [InlineData("/dev/zero", "character device")]
    public void What_cannot_be_opened_is_said(string path, string why) =>
        Assert.Contains(why, Assert.Throws<SourceException>(() => SourceOpener.Open(path)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_path_with_raw_before_it_is_not_recognised()
    {
        string path = $"{root}/image";
        File.WriteAllBytes(path, Images.Lime(Images.Memory(4)));
        using Source image = SourceOpener.Open(path), raw = SourceOpener.Open($"raw:{path}");
        Assert.Equal(("lime", "raw"), (image.Form, raw.Form));
    }

    internal static ForwardStream Stream(byte[] bytes) => new(new Dripping(bytes));

    private static Dictionary<string, byte[]> Read(Source source) =>
        source.Parts().ToDictionary(part => part.Name!, part => FormatTests.Content(source, part, 0));

    /// <summary>Gives bytes a few at a time, as pipes may.</summary>
    private sealed class Dripping(byte[] bytes) : IByteSource
    {
        private readonly Random random = new(8);
        private int at;

        public int Read(Span<byte> destination)
        {
            int length = Math.Min(Math.Min(random.Next(1, 3000), destination.Length), bytes.Length - at);
            bytes.AsSpan(at, length).CopyTo(destination);
            at += length;
            return length;
        }

        public void Dispose()
        {
        }
    }
}
