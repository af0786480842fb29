// Looks for a text and for keys in a file or a memory image, and prints the report as JSON.
using System.Text;
using Lethe.Evidence;
using Lethe.Evidence.Scan;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Reporting;
using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;
using Lethe.Scanning.Sources;

using Source source = SourceOpener.Open(args[0]);
var text = new Needle("text", "wanted", Encoding.UTF8.GetBytes(args[1]));
ScanResult result = new Scanner([new NeedleDetector([text]), new AnchoredSecrets()]).Scan(source);
ImagePages? pages = ImageAttribution.Of(source, result, out string? unknown);
var reporting = new ScanReporting(DateTimeOffset.UtcNow, LetheVersion.Text, withMaps: false);
reporting.Add(new SourceFindings(source, result, 0, pages, pages?.Release, unknown));
ScanReport report = reporting.Finish(durationMs: 0);
ScanJson.Write(report, Console.OpenStandardOutput());
return report.Verdict() == Verdict.Residue ? 2 : 0;
