using System.Reflection;
using Lethe.Media;
using Lethe.Media.Auditing;
using Lethe.Media.Matrix;
using Lethe.Media.Routes;
using Lethe.Media.Sealing;
using Lethe.Media.SelfTest;

namespace Lethe.Tests.Media.Matrix;

/// <summary>The matrix is whole: media, folders, types and ARCHITECTURE's table are one and the same.</summary>
public sealed class MediaMatrixTests
{
    private static readonly PropertyInfo[] Declared =
    [
        .. typeof(Medium)
            .GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(Medium)),
    ];

    [Fact]
    public void Rows_are_the_media_in_their_order()
    {
        Assert.Equal(Medium.All, MediaMatrix.Rows.Select(row => row.Medium));
        Assert.Equal(Declared.Select(property => property.GetValue(null)).Where(medium => medium != (object)Medium.SelfTest), Medium.All);
        Assert.Equal(Medium.All.Count, Medium.All.Select(medium => medium.Name).Distinct().Count());
    }

    [Fact]
    public void What_stands_in_a_row_is_about_its_medium_and_lies_in_its_folder() => Assert.All(MediaMatrix.Rows, row =>
    {
        Assert.All(row.Audits, audit => Assert.Equal(row.Medium, audit.Medium));
        Assert.All(new[] { row.Seal?.Medium, row.Plant?.Medium }.OfType<Medium>(), medium => Assert.Equal(row.Medium, medium));
        Type?[] types = [.. row.Audits.Select(audit => audit.GetType()), row.Seal?.GetType(), row.Plant?.GetType()];
        Assert.All(types.OfType<Type>(), type => Assert.Equal($"Lethe.Media.{FolderOf(row)}", type.Namespace));
        Assert.True(Directory.Exists(Path.Combine(SourceTree.Root, "src/Lethe.Media", FolderOf(row))), FolderOf(row));
    });

    [Fact]
    public void No_cell_is_filled_that_makes_no_sense() => Assert.All(
        MediaMatrix.Rows,
        row => Assert.DoesNotContain(row.MakesNoSense.Keys, row.IsFilled));

    [Fact]
    public void Every_audit_seal_and_plant_stands_in_the_matrix()
    {
        Type[] listed =
        [
            typeof(SelfTestPlant),
            .. MediaMatrix.Audits.Select(audit => audit.GetType()),
            .. MediaMatrix.Seals.Select(seal => seal.GetType()),
            .. MediaMatrix.Plants.Select(plant => plant.GetType()),
        ];
        Type[] kinds = [typeof(IAudit), typeof(ISeal), typeof(IPlant)];
        IEnumerable<Type> written = typeof(Medium).Assembly.GetTypes()
            .Where(type => !type.IsInterface && kinds.Any(type.IsAssignableTo));
        Assert.Equal(written.Select(type => type.Name).Order(), listed.Select(type => type.Name).Order());
    }

    [Fact]
    public void The_architecture_shows_it()
    {
        string document = File.ReadAllText(Path.Combine(SourceTree.Root, "ARCHITECTURE.md"));
        string columns = string.Join(" | ", Enum.GetNames<MatrixColumn>().Select(name => name.ToLowerInvariant()));
        IEnumerable<string> rows = MediaMatrix.Rows.Select(row =>
        {
            string marks = string.Join(" | ", Enum.GetValues<MatrixColumn>().Select(column => Mark(row, column)));
            return $"| {row.Medium.Title} | `{FolderOf(row)}` | {marks} |";
        });
        string dashes = string.Concat(Enumerable.Repeat("---|", 2 + Enum.GetValues<MatrixColumn>().Length));
        string table = $"| medium | folder | {columns} |\n|{dashes}\n{string.Join('\n', rows)}\n\n";
        Assert.True(document.Contains(table, StringComparison.Ordinal), $"ARCHITECTURE.md needs this table:\n{table}");
        Assert.All(MediaMatrix.Rows.SelectMany(row => row.MakesNoSense.Values), reason => Assert.Contains(reason, Flat(document)));
    }

    private static string Flat(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static string Mark(MatrixRow row, MatrixColumn column) =>
        row.IsFilled(column) ? "x" : row.MakesNoSense.ContainsKey(column) ? "-" : " ";

    private static string FolderOf(MatrixRow row) => Declared.Single(property => property.GetValue(null) == (object)row.Medium).Name;
}
