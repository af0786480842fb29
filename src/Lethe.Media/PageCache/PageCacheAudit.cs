using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.PageCache;

/// <summary>Cached pages of files are freed like any others. So the rules of anonymous memory judge what happens to them then.</summary>
internal sealed class PageCacheAudit : IAudit
{
    public Medium Medium => Medium.PageCache;

    public IReadOnlyList<string> Wants => PageZeroing.Wants;

    public IReadOnlyList<Rule> Rules => [];
}
