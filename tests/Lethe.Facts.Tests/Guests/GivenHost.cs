using Lethe.Facts;

namespace Lethe.Tests.Facts.Guests;

/// <summary>Facts of files as users give them.</summary>
internal static class GivenHost
{
    /// <summary>One file of a form.</summary>
    public static HostFacts Of(string form, string text, params Fact[] others) =>
        new("test", FactScope.Files, [], [new Fact($"given:{form}/0000-file", text, Source: "file"), .. others]);
}
