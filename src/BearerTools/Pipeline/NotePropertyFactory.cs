using System.Collections.Specialized;
using System.Linq.Expressions;
using System.Management.Automation;
using System.Reflection;

namespace BearerTools.Pipeline;

/// <summary>
/// The short way to a PSObject with notes: what <c>Properties.Add</c> does in the end, without what it looks up for each
/// note and knows already. It leads through members that the engine does not publish; without them there is no short way.
/// </summary>
internal static class NotePropertyFactory
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>Adds one note more; nothing when this engine has no such way.</summary>
    public static Action<PSObject, string, object?>? Add { get; } = Compile();

    private static Action<PSObject, string, object?>? Compile()
    {
        var members = typeof(PSObject).GetProperty("InstanceMembers", Hidden);
        // The dictionary behind the members: what they offer themselves looks each name up twice before it adds it.
        var kept = members?.PropertyType.GetProperty("Members", Hidden);
        var add = typeof(OrderedDictionary).GetMethod("Add", [typeof(object), typeof(object)])!;
        var replicate = typeof(PSMemberInfo).GetMethod("ReplicateInstance", Hidden, [typeof(object)]);
        var isInstance = typeof(PSMemberInfo).GetProperty("IsInstance", Hidden)?.SetMethod;
        var create = typeof(PSNoteProperty).GetConstructor([typeof(string), typeof(object)]);
        if (kept?.PropertyType != typeof(OrderedDictionary) || replicate is null || isInstance is null || create is null) return null;

        var target = Expression.Parameter(typeof(PSObject));
        var name = Expression.Parameter(typeof(string));
        var value = Expression.Parameter(typeof(object));
        var note = Expression.Variable(typeof(PSNoteProperty));
        return Expression.Lambda<Action<PSObject, string, object?>>(
            Expression.Block(
                [note],
                Expression.Assign(note, Expression.New(create, name, value)),
                Expression.Call(note, replicate, target),
                Expression.Call(note, isInstance, Expression.Constant(true)),
                Expression.Call(Expression.Property(Expression.Property(target, members!), kept), add, name, note)),
            target, name, value).Compile();
    }
}
