namespace Lethe.Tests.Structure;

/// <summary>The rooms of the house: none needs another that needs it, and each name is used once.</summary>
public sealed class NamespaceTests
{
    public static TheoryData<string> Projects => [.. SourceFiles.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_namespaces_need_each_other(string project)
    {
        var graph = new NamespaceGraph(SourceFiles.Of(project));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', graph.Arrows));
        Assert.Empty(graph.Knots());
    }

    [Fact]
    public void No_two_files_have_one_name() => Assert.Empty(
        from file in SourceFiles.Projects.SelectMany(SourceFiles.Of)
        group Path.GetRelativePath(SourceTree.Root, file.Path) by Path.GetFileName(file.Path) into same
        where same.Count() > 1
        select string.Join(", ", same));

    [Fact]
    public void No_two_types_have_one_name() => Assert.Empty(
        from pair in SourceFiles
            .Projects.SelectMany(SourceFiles.Of)
            .SelectMany(file => file.Types.Select(type => (type, file.Namespace)))
            .Distinct()
        group pair.Namespace by pair.type into same
        where same.Count() > 1
        select $"{same.Key}: {string.Join(", ", same)}");

    [Fact]
    public void A_knot_is_seen()
    {
        SourceFile[] files =
        [
            File("A.First.cs", "A.First", "Table", "using A.Second;", "Chair"),
            File("A.Second.cs", "A.Second", "Chair", "", "Lamp"),
            File("A.cs", "A", "Lamp", "using A.First;", "Table"),
            File("A.Third.cs", "A.Third", "Door", "using A.First;", "Table"),
        ];
        Assert.Equal(
            ["A -> A.First (A.cs uses Table)", "A.First -> A.Second (A.First.cs uses Chair)", "A.Second -> A (A.Second.cs uses Lamp)"],
            new NamespaceGraph(files).Knots());
        Assert.Empty(new NamespaceGraph(files[1..]).Knots());
    }

    private static SourceFile File(string path, string space, string type, string import, string used)
    {
        string name = Path.Combine(Directory.CreateTempSubdirectory("lethe-structure-").FullName, path);
        System.IO.File.WriteAllText(
            name,
            $"{import}\nnamespace {space};\n\ninternal sealed class {type}({used} {used.ToLowerInvariant()});\n"
        );
        SourceFile read = SourceFile.Read(name)!;
        Directory.Delete(Path.GetDirectoryName(name)!, recursive: true);
        return read;
    }
}
