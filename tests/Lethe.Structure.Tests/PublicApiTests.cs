using System.Reflection;
using PublicApiGenerator;

namespace Lethe.Tests.Structure;

/// <summary>What other programs can use of each library is what was approved: a change of it is made on purpose.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Libraries => [.. SourceFiles.Projects.Where(project => project != "Lethe.Cli")];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_face_is_as_approved(string library)
    {
        string face = Assembly.Load(library).GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false });
        Approval.Check(face.ReplaceLineEndings("\n") + "\n", library);
    }
}
