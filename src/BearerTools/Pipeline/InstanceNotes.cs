using System.Collections.Specialized;
using System.Linq.Expressions;
using System.Management.Automation;
using System.Reflection;

namespace BearerTools.Pipeline;

/// <summary>
/// The short way to a PSObject with notes: what <c>Properties.Add</c> does in the end, without what it looks up for each
/// note and knows already. It leads through members that the engine does not publish; without them there is no short way.
/// </summary>
internal static class InstanceNotes
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>Where an object keeps its notes, by name; nothing when this engine keeps them otherwise.</summary>
    public static Func<PSObject, OrderedDictionary>? Of { get; }

    /// <summary>Makes a note of an object.</summary>
    public static Func<PSObject, string, object?, PSNoteProperty>? New { get; }

    static InstanceNotes()
    {
        var members = typeof(PSObject).GetProperty("InstanceMembers", Hidden);
        var kept = members?.PropertyType.GetField("_members", Hidden);
        var replicate = typeof(PSMemberInfo).GetMethod("ReplicateInstance", Hidden, [typeof(object)]);
        var isInstance = typeof(PSMemberInfo).GetProperty("IsInstance", Hidden)?.SetMethod;
        var create = typeof(PSNoteProperty).GetConstructor([typeof(string), typeof(object)]);
        if (kept?.FieldType != typeof(OrderedDictionary) || replicate is null || isInstance is null || create is null) return;

        var target = Expression.Parameter(typeof(PSObject));
        Of = Expression.Lambda<Func<PSObject, OrderedDictionary>>(Expression.Field(Expression.Property(target, members!), kept), target).Compile();
        var name = Expression.Parameter(typeof(string));
        var value = Expression.Parameter(typeof(object));
        var note = Expression.Variable(typeof(PSNoteProperty));
        New = Expression.Lambda<Func<PSObject, string, object?, PSNoteProperty>>(
            Expression.Block(
                [note],
                Expression.Assign(note, Expression.New(create, name, value)),
                Expression.Call(note, replicate, target),
                Expression.Call(note, isInstance, Expression.Constant(true)),
                note),
            target, name, value).Compile();
    }
}
