using System.Reflection;

namespace Lethe.Evidence;

/// <summary>The version that all of Lethe is built as.</summary>
public static class LetheVersion
{
    /// <summary>Three numbers, as reports give it.</summary>
    public static string Text { get; } = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);
}
